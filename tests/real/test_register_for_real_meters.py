import csv

from wattlake.app.sandbox.community import register_for


def test_every_real_home_gets_a_member_who_is_there_from_its_first_reading(shared_data, tmp_path):
    homes = shared_data / "smart_meters" / "halfhourly_dataset"
    first_days = {}
    for path in homes.glob("*.csv"):
        with path.open(newline="") as file:
            for meter, moment, kwh in list(csv.reader(file))[1:]:
                if kwh.strip() != "Null":
                    first_days[meter] = min(moment[:10], first_days.get(meter, moment[:10]))
    register = register_for(homes, tmp_path / "register.csv", 7)
    with register.open(newline="") as file:
        members = list(csv.DictReader(file))
    assert {member["meter_id"]: member["valid_from"] for member in members} == first_days
    assert [member["member_type"] for member in members].count("prosumer") == 10
    assert len(members) == 40
    assert register.read_bytes() == register_for(shared_data / "smart_meters", tmp_path / "again.csv", 7).read_bytes()
