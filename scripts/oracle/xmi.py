"""Holds the XMI of Relata against dkpro-cassis, for src/formats/xmi/cassis.test.ts: what each reads of the other's files.

Run: python scripts/oracle/xmi.py   (writes test/oracle/xmi; needs dkpro-cassis and Node)
"""

import json
import shutil
import subprocess
import tempfile
from importlib.metadata import version
from pathlib import Path

from cassis import Cas, TypeSystem, load_cas_from_xmi, load_typesystem

root = Path(__file__).parents[2]
folder = root / "test/oracle/xmi"
METADATA = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
ENTITY, RELATION = "custom.Entity", "custom.Relation"


def facts(cas, id):
    """What a CAS holds, entities in the order of their ids; offsets count code points, as cassis does."""
    entities = sorted(cas.select(ENTITY), key=lambda entity: entity.xmiID)
    relations = sorted(cas.select(RELATION), key=lambda relation: relation.xmiID)
    # Of cassis' own equality, two annotations of one type may be equal.
    position = {entity.xmiID: i for i, entity in enumerate(entities)}
    return {
        "id": id,
        "text": cas.sofa_string,
        "entities": [
            {"text": entity.get_covered_text(), "begin": entity.begin, "type": entity.value or ""} for entity in entities
        ],
        "relations": [
            {
                "head": position[relation.Governor.xmiID],
                "tail": position[relation.Dependent.xmiID],
                "label": relation.label,
            }
            for relation in relations
        ],
    }


def read_folder(path):
    with open(path / "TypeSystem.xml", "rb") as file:
        types = load_typesystem(file)
    found = []
    for name in sorted(path.glob("*.xmi")):
        with open(name, "rb") as file:
            cas = load_cas_from_xmi(file, typesystem=types)
        (metadata,) = cas.select(METADATA)
        found.append(facts(cas, metadata.documentTitle))
    return found


ODD = [
    ("plain", "Ana met Bob in Rome.", [(0, 3, "PER"), (8, 11, "PER"), (15, 19, "LOC")], [(0, 1, "met"), (0, 2, "in")]),
    ("emoji", "📦 Ana 👩‍🚀 met 🇫🇷 Bob.", [(2, 5, "PER"), (6, 9, "JOB"), (17, 20, "PER")], [(1, 0, "of"), (0, 2, "met")]),
    ("marks", "été e\u0301te\u0301 & <b>\"x\"</b> ]]> 'y' &amp;", [(0, 3, "A&B"), (4, 9, "<t>"), (12, 15, '"q"')], [(0, 1, "a<b"), (2, 1, "&")]),
    ("lines", "one\ntwo\r\nthree\tfour\n\n five", [(0, 3, "N"), (4, 7, "N"), (9, 14, "N"), (15, 19, "N")], [(0, 3, "to"), (3, 0, "to")]),
    ("scripts", "שלום 東京 مرحبا ไทย", [(0, 4, "W"), (5, 7, "W"), (8, 13, "W"), (14, 17, "")], [(0, 1, "→"), (1, 2, "→")]),
    ("nested", "Bank of Italy of Rome", [(0, 13, "ORG"), (8, 13, "LOC"), (0, 21, "ORG"), (0, 13, "LOC")], [(0, 1, "in"), (2, 0, "has"), (3, 0, "same")]),
    ("alone", "Nobody is here.", [], []),
]


def write_by_cassis(target):
    """Writes the odd texts as cassis does, with what other tools add: sentences, a second view, an unindexed value."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    types = TypeSystem()
    string = "uima.cas.String"
    metadata = types.create_type(METADATA, "uima.tcas.DocumentAnnotation")
    for name in ("documentTitle", "documentId"):
        types.create_feature(metadata, name, string)
    sentence = types.create_type("de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence")
    entity = types.create_type(ENTITY)
    types.create_feature(entity, "value", string)
    relation = types.create_type(RELATION)
    types.create_feature(relation, "Governor", entity)
    types.create_feature(relation, "Dependent", entity)
    types.create_feature(relation, "label", string)
    answers = []
    for id, text, entities, relations in ODD:
        cas = Cas(typesystem=types)
        cas.sofa_string = text
        cas.sofa_mime = "text/plain"
        cas.add(metadata(begin=0, end=len(text), documentTitle=id, documentId=id))
        cas.add(sentence(begin=0, end=len(text)))
        made = [entity(begin=begin, end=end, value=type or None) for begin, end, type in entities]
        cas.add_all(made)
        for head, tail, label in relations:
            target_of = made[tail]
            arc = {"begin": target_of.begin, "end": target_of.end, "label": label}
            cas.add(relation(Governor=made[head], Dependent=target_of, **arc))
        cas.to_xmi(target / f"{id}.xmi", pretty_print=id != "plain")
        answers.append(facts(cas, id))
    types.to_xml(target / "TypeSystem.xml")
    return answers


def in_utf16(text, offset):
    return len(text[:offset].encode("utf-16-le")) // 2


def write_by_relata(target):
    """Writes the same texts in Relata's own format, and has Relata make XMI of them."""
    lines = [
        {
            "id": id,
            "text": text,
            "entities": [
                {"start": in_utf16(text, begin), "end": in_utf16(text, end), "type": type} for begin, end, type in entities
            ],
            "relations": [{"head": head, "tail": tail, "label": label} for head, tail, label in relations],
        }
        for id, text, entities, relations in ODD
    ]
    source = folder / "odd.jsonl"
    source.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    command = ["node", root / "bin/relata.js", "data", "convert", source, target, "--to", "xmi"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return read_folder(target)


folder.mkdir(parents=True, exist_ok=True)
with tempfile.TemporaryDirectory() as place:
    answers = {
        "versions": {"dkpro-cassis": version("dkpro-cassis")},
        "examples": read_folder(root / "examples/formats/xmi"),
        "writtenByRelata": write_by_relata(Path(place) / "written"),
        "writtenByCassis": write_by_cassis(folder / "cassis"),
    }
output = folder / "answers.json"
output.write_text(json.dumps(answers, ensure_ascii=False, indent=1) + "\n")
print(f"{output.relative_to(root)}: {', '.join(f'{len(answers[key])} {key}' for key in list(answers)[1:])}")
