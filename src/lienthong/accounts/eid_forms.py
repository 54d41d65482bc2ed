"""The form after a first sign-in through the eID that gave no verified e-mail address."""

from typing import Any

from allauth.socialaccount.forms import SignupForm


class EidSignUpForm(SignupForm):
    """Ask only for the e-mail address: the name comes from the eID."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("full_name", None)
