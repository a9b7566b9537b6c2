"""Programs of others, who know nothing of mediaev, accept what it exports.

They lie in `.venv-validators`, which `scripts/test` makes where CI is set; hashdeep is a
package of the system.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

from mediaev.actions.case import Case
from mediaev.model.export import Letting, Profile

ROOT = Path(__file__).parents[2]
PROGRAMS = ROOT / ".venv-validators" / "bin"
FULL = Letting(Profile.FULL)
PREMIS = """
import sys
from lxml import etree
from pathlib import Path
folder = Path(sys.argv[1])
class Beside(etree.Resolver):
    def resolve(self, url, public, context):
        return self.resolve_filename(str(folder / url.rpartition("/")[2]), context)
parser = etree.XMLParser(no_network=True)
parser.resolvers.add(Beside())
schema = etree.XMLSchema(etree.parse(str(folder / "premis.xsd"), parser))
schema.assertValid(etree.parse(sys.argv[2]))
"""


def own_program(name):
    if not (PROGRAMS / name).exists():
        pytest.skip(f"no {name}: CI=true scripts/test makes .venv-validators")
    return str(PROGRAMS / name)


def system_program(name):
    found = shutil.which(name)
    if not found:
        pytest.skip(f"no {name} on this machine: what it says of exports was not asked")
    return found


def run(*command, folder=None):
    done = subprocess.run(
        list(map(str, command)), cwd=folder, capture_output=True, check=False, timeout=300
    )
    return done.returncode, (done.stdout + done.stderr).decode(errors="replace")


@pytest.fixture
def bags(cases, hard_names, tmp_path):
    """A bag of each profile, of files with hard names, one of them gone."""
    folder = cases.make(hard_names)
    cases.footage.joinpath("plain.mp4").unlink()
    made = [Letting(), FULL, Letting(Profile.PUBLIC), Letting(names=True)]
    with Case.open(folder, write=True) as case:
        for number, letting in enumerate(made):
            case.export("bag", tmp_path / f"bag-{number}", letting=letting)
    return [tmp_path / f"bag-{number}" for number in range(len(made))]


def test_bagit_python_validates_the_bags_and_refuses_a_changed_one(bags):
    program = own_program("bagit.py")
    for bag in bags:
        code, said = run(program, "--validate", bag)
        assert code == 0, said
    file = next((bags[1] / "data").glob("*/*"))
    file.write_bytes(file.read_bytes() + b"x")
    assert run(program, "--validate", bags[1])[0] != 0


def test_sha256sum_and_sha512sum_check_every_file(bags):
    for bag in bags:
        for name in ("manifest", "tagmanifest"):
            for algorithm in ("sha256", "sha512"):
                listed = bag / f"{name}-{algorithm}.txt"
                if listed.stat().st_size:
                    program = system_program(f"{algorithm}sum")
                    code, said = run(program, "--strict", "--quiet", "-c", listed.name, folder=bag)
                    assert code == 0, said


def test_hashdeep_passes_the_audit_and_fails_it_for_a_changed_one(bags):
    program = system_program("hashdeep")
    audit = [program, "-l", "-r", "-a", "-k", "custody/hashdeep.txt", "data"]
    for bag in (bags[0], bags[1], bags[3]):
        code, said = run(*audit, folder=bag)
        assert (code, "Audit passed" in said) == (0, True), said
    file = next((bags[1] / "data").glob("*/*"))
    file.write_bytes(b"other")
    assert "Audit failed" in run(*audit, folder=bags[1])[1]


def test_hashdeep_audits_the_footage_where_it_lies(cases, tmp_path):
    program = system_program("hashdeep")
    folder = cases.make([b"plain.mp4", b"caf\xe9.jpg", b"a, b.mov", b"=1.csv", b"back\\slash"])
    with Case.open(folder, write=True) as case:
        case.export("hashdeep", tmp_path / "list.txt", letting=FULL)
    code, said = run(program, "-r", "-a", "-k", tmp_path / "list.txt", cases.footage)
    assert (code, "Audit passed" in said) == (0, True), said


def test_the_premis_schema_accepts_the_document_and_no_broken_one(bags, vectors):
    python = own_program("python")
    for bag in bags:
        document = bag / "custody" / "premis.xml"
        code, said = run(python, "-c", PREMIS, vectors / "premis", document)
        assert code == 0, said
    text = document.read_text().replace("<eventType", "<odd/><eventType", 1)
    document.write_text(text)
    assert run(python, "-c", PREMIS, vectors / "premis", document)[0] != 0


@pytest.mark.slow
def test_case_validate_accepts_the_graph_and_no_broken_one(cases, tmp_path):
    program = own_program("case_validate")
    document = tmp_path / "case.jsonld"
    folder = cases.make([b"plain.mp4", b"caf\xe9\n.jpg"])
    with Case.open(folder, write=True) as case:
        case.export("case-uco", document, letting=FULL)
    code, said = run(program, document)
    assert (code, "Conforms: True" in said) == (0, True), said
    text = document.read_text()
    broken = text.replace('"uco-types:hashMethod":"SHA256"', '"uco-types:hashMethod":7')
    assert broken != text
    document.write_text(broken)
    assert "Conforms: False" in run(program, document)[1]
