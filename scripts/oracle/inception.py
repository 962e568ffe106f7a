"""Stores what dkpro-cassis reads in the examples of INCEpTION's format, for src/formats/inception/index.test.ts.

Run: python scripts/oracle/inception.py   (writes test/oracle/inception.json; needs dkpro-cassis)
"""

import json
from importlib.metadata import version
from pathlib import Path

from cassis import load_cas_from_json

root = Path(__file__).parents[2]
METADATA = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"


def read(path):
    with open(path, "rb") as file:
        cas = load_cas_from_json(file)
    (metadata,) = cas.select(METADATA)
    # By id, the order in which they were written; cassis selects by place.
    entities = sorted(cas.select("custom.Entity"), key=lambda entity: entity.xmiID)
    relations = sorted(cas.select("custom.Relation"), key=lambda relation: relation.xmiID)
    # Of cassis' own equality, two annotations of one type may be equal.
    position = {entity.xmiID: i for i, entity in enumerate(entities)}
    for relation in relations:
        assert (relation.begin, relation.end) == (relation.Dependent.begin, relation.Dependent.end)
    return {
        "id": metadata.documentTitle,
        "text": cas.sofa_string,
        "entities": [
            {"text": entity.get_covered_text(), "begin": entity.begin, "type": entity.value} for entity in entities
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


paths = sorted((root / "examples/formats/inception").glob("*.json"))
answers = {"versions": {"dkpro-cassis": version("dkpro-cassis")}, "documents": [read(path) for path in paths]}
output = root / "test/oracle/inception.json"
output.write_text(json.dumps(answers, ensure_ascii=False, indent=1) + "\n")
print(f"{output.relative_to(root)}: {len(paths)} documents")
