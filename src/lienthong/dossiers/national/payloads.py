"""A dossier in the national portal's field names."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from lienthong.accounts import api as accounts
from lienthong.dossiers.models import Dossier, DossierDocument, HistoryEntry, Rating
from lienthong.kernel import clock
from lienthong.organisations import api as organisations
from lienthong.payments import api as payments

_PAID, _UNPAID = 1, 0


def creation(
    *, dossier: Dossier, code: str, documents: Iterable[DossierDocument], charges: Iterable[payments.Charge]
) -> dict[str, Any]:
    """Compose NoiHoSo."""
    on = clock.local_date(dossier.submitted_at)
    return {
        "MaHoSo": code,
        "MaTTHC": dossier.procedure_version.procedure.code,
        "MaDichVuCong": dossier.procedure_version.procedure.code,
        "ChuHoSo": dossier.owner_name,
        "LoaiDoiTuong": dossier.applicant_kind,
        "MaDonViTiepNhan": organisations.agency_code(agency_id=dossier.receiving_agency_id, on=on),
        "NgayNop": moment(dossier.submitted_at),
        "NgayTiepNhan": moment(dossier.received_at),
        "ThongTinNguoiNop": _applicant(dossier),
        "ThanhPhanHoSo": [
            {
                "MaThanhPhanHoSo": document.document_key,
                "TenThanhPhanHoSo": document.name,
                "SoLuong": document.quantity,
                "LoaiBan": document.copy_kind,
                "GiayToDinhKem": [_attached(document)] if document.file is not None else [],
            }
            for document in documents
        ],
        "DanhSachLePhi": [
            {
                "LoaiPhiLePhi": charge.reason,
                "HinhThucThu": int(charge.stage),
                "TrangThaiThanhToan": _UNPAID if charge.state == payments.ChargeState.OPEN else _PAID,
            }
            for charge in charges
            if charge.state != payments.ChargeState.CANCELLED
        ],
    }


def _applicant(dossier: Dossier) -> dict[str, str]:
    person = accounts.find_person(person_id=dossier.applicant_id)
    area = dossier.receiving_agency.area
    path = organisations.area_path(area_id=area.pk) if area is not None else ()
    by_level = {step.level: step.code for step in path}
    return {
        "HoTen": dossier.applicant_name,
        "SoGiayTo": person.identity_number if person else "",
        "DienThoai": dossier.phone,
        "Email": dossier.email,
        "MaTinh": by_level.get("province", ""),
        "MaXa": by_level.get("commune", ""),
    }


def _attached(document: DossierDocument) -> dict[str, str]:
    file = document.file
    assert file is not None  # noqa: S101 - asked by the caller
    return {
        "IdGiayTo": str(file.uuid),
        "MaKetQua": "",
        "TenGiayTo": file.name,
        "HashTepTin": file.blob.sha256,
    }


def progress(*, dossier: Dossier, entry: HistoryEntry, code: str, remote_id: str) -> dict[str, Any]:
    """Compose CapNhatTienTrinh from one line of the public history."""
    return {
        "IDHoSo": remote_id,
        "MaHoSo": code,
        "NguoiXuLy": entry.actor_name,
        "ThoiDiemXuLy": moment(entry.at),
        "PhongBanXuLy": entry.agency.name if entry.agency is not None else "",
        "NoiDungXuLy": f"{entry.title}: {entry.note}" if entry.note else entry.title,
        "TrangThai": entry.status,
        "NgayBatDau": moment(dossier.counted_from),
        "NgayKetThucTheoQuyDinh": moment(dossier.due_at),
    }


def status(*, code: str, remote_id: str, value: int) -> dict[str, Any]:
    """Compose CapNhatTrangThai."""
    return {"IdHoSo": remote_id, "MaHoSo": code, "TrangThai": value}


def rating(*, code: str, remote_id: str, given: Rating) -> dict[str, Any]:
    """Compose CapNhatDanhGia; the words of the applicant stay here."""
    return {"IdHoSo": remote_id, "MaHoSo": code, "MucDo": given.level, "ThoiDiem": moment(given.changed_at)}


def moment(at: datetime | None) -> str:
    """Write an instant as the portal reads it: local time, no zone; empty when it is not known."""
    return f"{clock.local(at):%Y-%m-%d %H:%M:%S}" if at is not None else ""
