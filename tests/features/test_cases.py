import yaml

from hopcheck.home import CONTRACTS, FEATURES


def test_every_case_and_each_of_its_clauses_is_in_the_feature_of_its_role():
    for case in [
        each for file in (CONTRACTS / "cases").glob("*.yaml") for each in yaml.safe_load(file.read_text())["cases"]
    ]:
        rows = {
            tuple(cell.strip() for cell in line.strip(" |").split("|"))
            for line in (FEATURES / "cases" / f"{case['role']}.feature").read_text().splitlines()
            if line.strip().startswith("|")
        }
        assert {(case["id"], clause) for clause in case["clauses"]} <= rows
