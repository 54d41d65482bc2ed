"""What people write into the forms of the stories."""

from tests.e2e.people import Citizen, Place

HOME = Place("12 Bạch Đằng")
CERTIFICATE = "1.004873"


def apply_for_certificate(citizen: Citizen, *, name: str, number: str) -> str:
    """Fill in and send the application for a certificate of marital status; give the dossier's code."""
    return fill_in_certificate(citizen, name=name, number=number).go_on().send()


def fill_in_certificate(citizen: Citizen, *, name: str, number: str) -> Citizen:
    """Fill in the application for a certificate of marital status, as far as its papers."""
    citizen.open(f"/nop-ho-so/{CERTIFICATE}/").begin().fill_in({"req_residence": HOME}).go_on()
    citizen.fill_in(
        {
            "subject_name": name,
            "subject_dob": "12/4/1990",
            "subject_gender": "Nữ",
            "subject_ethnic": "Kinh",
            "subject_nationality": "Việt Nam",
            "subject_id": number,
        }
    ).go_on()
    citizen.fill_in(
        {"residence_history.0.from": "6/2010", "residence_history.0.place": HOME, "marital_status": "Chưa kết hôn"}
    ).go_on()
    citizen.fill_in({"purpose": "Mục đích khác", "purpose_other": "Bổ sung hồ sơ vay vốn mua nhà"}).go_on()
    return citizen.sees("Giấy tờ kèm theo")
