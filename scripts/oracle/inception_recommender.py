"""Holds the answers to INCEpTION's external recommender protocol against dkpro-cassis, which INCEpTION's own recommenders use.

Writes requests into test/oracle/inception-recommender: the exchange of ariadne's demo of relations (tests/demo/test_demo_relation.py of
inception-project/inception-external-recommender), and one of a project with typed spans, sentences, a relation to correct and annotations of
types that Relata knows nothing of. Then lets Relata add fixed predictions, opens the answers with cassis, and stores what it reads.

Run: python scripts/oracle/inception_recommender.py   (needs dkpro-cassis and Node)
"""

import json
import subprocess
from importlib.metadata import version
from pathlib import Path

from cassis import Cas, TypeSystem, load_cas_from_xmi, load_typesystem

root = Path(__file__).parents[2]
folder = root / "test/oracle/inception-recommender"
SENTENCE = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence"
TOKEN = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token"
PREDICTED = "inception_internal_predicted"


def types(span, relation, feature, ends, corrects):
    system = TypeSystem()
    system.create_type(SENTENCE)
    Relation = system.create_type(relation)
    Span = system.create_type(span)
    if ends == span:
        system.create_feature(Span, "value", "uima.cas.String")
    system.create_feature(Relation, "Governor", ends)
    system.create_feature(Relation, "Dependent", ends)
    system.create_feature(Relation, feature, "uima.cas.String")
    system.create_feature(Relation, PREDICTED, "uima.cas.Boolean")
    system.create_feature(Relation, f"{feature}_score", "uima.cas.Double")
    if corrects:
        system.create_feature(Relation, f"{feature}_score_explanation", "uima.cas.String")
        system.create_feature(Relation, f"{feature}_correction", "uima.cas.Boolean")
        system.create_feature(Relation, f"{feature}_correction_explanation", "uima.cas.String")
    return system


def demo():
    system = types("custom.Span", "custom.Relation", "value", "uima.tcas.Annotation", False)
    cas = Cas(system)
    cas.sofa_string = "Alice and Bob"
    Span = system.get_type("custom.Span")
    cas.add(Span(begin=0, end=5))
    cas.add(Span(begin=10, end=13))
    cas.add(system.get_type(SENTENCE)(begin=0, end=13))
    return request(cas, system, "custom.Relation", "value")


def project():
    span, relation = "webanno.custom.Mention", "webanno.custom.Link"
    system = types(span, relation, "label", span, True)
    Other = system.create_type("webanno.custom.Remark")
    system.create_feature(Other, "note", "uima.cas.String")
    cas = Cas(system)
    text = "📦 Ana met Bob & Eve.\r\nZoé left."
    cas.sofa_string = text
    Mention, Link = system.get_type(span), system.get_type(relation)
    word = lambda name, value: Mention(begin=text.index(name), end=text.index(name) + len(name), value=value)
    mentions = [word("Ana", "PER"), word("Bob", "PER"), word("Eve", "PER"), word("Zoé", "PER")]
    for one in mentions:
        cas.add(one)
    ana, bob, eve, _ = mentions
    cas.add(Link(begin=bob.begin, end=bob.end, Governor=ana, Dependent=bob, label="OWNS"))
    old = Link(begin=eve.begin, end=eve.end, Governor=ana, Dependent=eve, label="MET")
    old[PREDICTED] = True
    cas.add(old)
    cas.add(Other(begin=2, end=9, note='a "<remark>" & \ttabs'))
    system.get_type(SENTENCE)
    end = text.index(".") + 1
    cas.add(system.get_type(SENTENCE)(begin=0, end=end))
    cas.add(system.get_type(SENTENCE)(begin=end + 2, end=len(text)))
    made = request(cas, system, relation, "label")
    made["metadata"]["crossSentence"] = False
    made["tagsets"] = [
        {
            "description": "links",
            "tags": [{"tag": "MET", "description": ""}, {"tag": "OWNS", "description": ""}],
            "targets": [{"type": relation, "feature": "label"}],
        }
    ]
    return made


def request(cas, system, layer, feature):
    return {
        "typeSystem": system.to_xml(),
        "document": {"xmi": cas.to_xmi(), "documentId": 42, "userId": "ann"},
        "metadata": {
            "layer": layer,
            "feature": feature,
            "projectId": 7,
            "anchoringMode": "tokens",
            "crossSentence": True,
            "range": {"begin": 0, "end": len(cas.sofa_string.encode("utf-16-le")) // 2},
        },
    }


def facts(answer, made):
    system = load_typesystem(made["typeSystem"])
    cas = load_cas_from_xmi(answer, typesystem=system)
    layer, feature = made["metadata"]["layer"], made["metadata"]["feature"]
    names = [one.name for one in system.get_type(layer).all_features]
    return {
        "others": sorted(
            f"{one.type.name} {one.get_covered_text()}" for one in cas.select_all() if one.type.name != layer and hasattr(one, "begin")
        ),
        "relations": [
            {
                "begin": one.begin,
                "end": one.end,
                "source": one.Governor.get_covered_text(),
                "target": one.Dependent.get_covered_text(),
                **{name: one.get(name) for name in names if name.startswith(feature) or name == PREDICTED},
            }
            for one in sorted(cas.select(layer), key=lambda one: one.xmiID)
        ],
    }


def main():
    folder.mkdir(parents=True, exist_ok=True)
    made = {"demo": demo(), "project": project()}
    for name, one in made.items():
        (folder / f"{name}.json").write_text(json.dumps(one, indent=1, ensure_ascii=False) + "\n")
    given = subprocess.run(
        ["node", "scripts/oracle/inception_answers.js"], cwd=root, check=True, capture_output=True, text=True
    ).stdout
    answers = json.loads(given)
    stored = {
        "versions": {"dkpro-cassis": version("dkpro-cassis")},
        **{name: {"answer": answers[name], "read": facts(answers[name], one)} for name, one in made.items()},
    }
    (folder / "answers.json").write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n")


main()
