"""Refusals of the catalogue."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from lienthong.kernel.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError


class ProcedureNotFoundError(NotFoundError):
    """No published version of the procedure is in force on the date."""

    code = "catalogue.procedure_not_found"

    def __init__(self) -> None:
        super().__init__(_("Không tìm thấy thủ tục này hoặc thủ tục không có hiệu lực vào ngày đã chọn."))


class CompetentAgencyNotFoundError(NotFoundError):
    """No agency in the area decides the procedure on the date."""

    code = "catalogue.competent_agency_not_found"

    def __init__(self) -> None:
        super().__init__(_("Chưa xác định được cơ quan có thẩm quyền giải quyết thủ tục này tại địa bàn đã chọn."))


class AreaTooWideError(InvalidError):
    """The area given lies above the level that decides."""

    code = "catalogue.area_too_wide"

    def __init__(self, *, level: str) -> None:
        super().__init__(
            _("Hãy chọn địa bàn chi tiết hơn: thủ tục này do %(level)s giải quyết.") % {"level": level},
            field_errors={"area": [_("Cần chọn đến %(level)s.") % {"level": level}]},
        )


class UnknownConditionError(InvalidError):
    """The version has no time limit under the condition asked for."""

    code = "catalogue.unknown_condition"

    def __init__(self) -> None:
        super().__init__(_("Thủ tục không có thời hạn ứng với trường hợp này."))


class InvalidContentError(InvalidError):
    """A draft breaks the rules of a procedure's content."""

    code = "catalogue.invalid_content"

    def __init__(self, found: Mapping[str, Sequence[str]]) -> None:
        super().__init__(_("Nội dung thủ tục chưa hợp lệ."), field_errors=found)


class MayNotPublishError(ForbiddenError):
    """The person does not hold the right to publish procedures."""

    code = "catalogue.may_not_publish"

    def __init__(self) -> None:
        super().__init__(_("Anh/chị không có quyền công bố thủ tục."))


class VersionStateError(ConflictError):
    """The version is not in the state that the act needs."""

    code = "catalogue.version_state"

    def __init__(self, *, state: str) -> None:
        super().__init__(
            _("Không thực hiện được vì phiên bản thủ tục đang ở trạng thái: %(state)s.") % {"state": state}
        )


class PeriodTakenError(ConflictError):
    """Another published version covers part of the period."""

    code = "catalogue.period_taken"

    def __init__(self) -> None:
        super().__init__(_("Khoảng thời gian hiệu lực trùng với một phiên bản đã công bố khác của thủ tục."))


class BadFileError(InvalidError):
    """An import file cannot be read at all."""

    code = "catalogue.bad_file"
