"""Whether a value fits a JSON Schema: as much of draft 2020-12 as that of the study file has."""
import re

NOTES = {"$schema", "$defs", "title", "description"}
TYPES = {"string": str, "boolean": bool, "array": list, "object": dict}


def of_type(value, name):
    if name in ("number", "integer"):
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return number and (name == "number" or value == int(value))
    return isinstance(value, TYPES[name])


def holds(value, keyword, said, schema, root):
    """What one keyword asks; those of numbers, lists and maps hold for whatever is none."""
    number, items, keys = of_type(value, "number"), isinstance(value, list), isinstance(value, dict)
    others = {key: one for key, one in value.items() if key not in schema.get("properties", {})} if keys else {}
    checks = {
        "$ref": lambda: fits(value, root["$defs"][said.removeprefix("#/$defs/")], root),
        "type": lambda: any(of_type(value, name) for name in ([said] if isinstance(said, str) else said)),
        "enum": lambda: value in said,
        "pattern": lambda: not isinstance(value, str) or re.search(said, value),
        "minimum": lambda: not number or value >= said,
        "maximum": lambda: not number or value <= said,
        "exclusiveMinimum": lambda: not number or value > said,
        "exclusiveMaximum": lambda: not number or value < said,
        "minItems": lambda: not items or len(value) >= said,
        "maxItems": lambda: not items or len(value) <= said,
        "items": lambda: not items or all(fits(one, said, root) for one in value),
        "properties": lambda: not keys or all(fits(value[key], said[key], root) for key in said if key in value),
        "additionalProperties": lambda: not others if said is False else all(fits(one, said, root)
                                                                             for one in others.values()),
        "required": lambda: not keys or all(key in value for key in said),
        "dependentSchemas": lambda: not keys or all(fits(value, said[key], root) for key in said if key in value),
        "anyOf": lambda: any(fits(value, one, root) for one in said)}
    return bool(checks[keyword]())


def fits(value, schema, root=None):
    root = root or schema
    return all(holds(value, keyword, said, schema, root) for keyword, said in schema.items() if keyword not in NOTES)
