import hashlib

import pytest


class MadeBag:
    """A small valid bag in a folder, to be broken."""

    def __init__(self, root):
        self.root = root
        self.files = {"data/a.txt": b"a", "data/b/c.txt": b"c" * 100}
        self.info = b"Payload-Oxum: 101.2\n"
        self.version = "1.0"
        self.write()

    def write(self):
        for path, content in self.files.items():
            self.put(path, content)
        declared = f"BagIt-Version: {self.version}\nTag-File-Character-Encoding: UTF-8\n"
        self.put("bagit.txt", declared.encode())
        self.put("bag-info.txt", self.info)
        for name in ("sha256", "sha512"):
            self.put(f"manifest-{name}.txt", self.manifest(name, self.files))
        self.seal()

    def seal(self):
        tags = {
            path.name: path.read_bytes()
            for path in self.root.iterdir()
            if path.is_file() and not path.name.startswith("tagmanifest")
        }
        for name in ("sha256", "sha512"):
            self.put(f"tagmanifest-{name}.txt", self.manifest(name, tags))

    @staticmethod
    def manifest(name, files):
        lines = [
            f"{hashlib.new(name, content).hexdigest()}  {path}\n"
            for path, content in sorted(files.items())
        ]
        return "".join(lines).encode()

    def put(self, path, content):
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    def append(self, path, content):
        self.put(path, (self.root / path).read_bytes() + content)


@pytest.fixture
def bag(tmp_path):
    return MadeBag(tmp_path / "bag")
