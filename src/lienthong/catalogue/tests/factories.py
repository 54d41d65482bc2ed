"""Plain contents and records for tests."""

from lienthong.catalogue import api


def make_content(code="1.999001", name="Cấp giấy phép thử", **changes):
    values = {
        "code": code,
        "name_vi": name,
        "levels": ("commune",),
        "applicants": ("citizen",),
        "channels": ("counter",),
        "time_limits": (api.TimeLimitContent(5, "working_days"),),
        "competences": (api.CompetenceContent("commune", ("Ủy ban nhân dân",)),),
    }
    return api.Content(**(values | changes))


def make_record(code="1.999001", **changes):
    """A line of the national catalogue."""
    record = {
        "code": code,
        "name": "Cấp giấy phép thử nghiệm",
        "sector": {"code": "G15-TP07", "name": "Hộ tịch"},
        "promulgated_by": {"code": "G15", "name": "Bộ Tư pháp"},
        "levels": ["commune"],
        "executing": ["Ủy ban nhân dân cấp xã"],
        "applicants": [{"code": "ĐT1", "name": "Công dân Việt Nam"}],
        "results": [{"code": "KQ.G15.000031", "name": "Giấy phép"}],
        "legal_basis": ["Thông tư số 03/2023/TT-BTP"],
        "methods": [
            {"channel": "DIRECT", "time": 7.5, "unit": "WORKING_DAY", "fees": [{"type": "FEE", "vnd": 700}]},
            {"channel": "ONLINE", "time": 3, "unit": "WORKING_DAY", "fees": [{"type": "FEE", "vnd": 700}]},
        ],
        "cases": [],
        "documents": [
            {"case": "* Giấy tờ phải nộp:", "name": "- Đơn", "code": "", "original": 1, "copy": 0, "required": False}
        ],
        "full_process": False,
        "non_territorial": False,
        "decision": "1/QĐ-BTP",
        "state": "ACTIVE",
    }
    return record | changes
