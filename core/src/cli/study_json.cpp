#include "study_json.hpp"

#include <limits>

#include "study/study_schema.hpp"
#include "study_reference.hpp"

namespace pegbox {
namespace {

Json form_json(const Form& form);

Json scalar_json() { return {{"type", {"string", "number", "boolean"}}}; }

Json text_json(const Form& form) {
  if (form.pattern.empty()) return scalar_json();
  return {{"type", "string"}, {"pattern", form.pattern}};
}

Json number_json(const Form& form) {
  Json json{{"type", "number"}};
  if (form.above) json["exclusiveMinimum"] = *form.above;
  if (form.below) json["exclusiveMaximum"] = *form.below;
  return json;
}

Json list_json(const Form& form) {
  Json json{{"type", "array"}, {"items", form_json(form.of.front())}, {"minItems", form.low}};
  if (form.high < std::numeric_limits<std::int64_t>::max()) json["maxItems"] = form.high;
  return json;
}

Json any_json(const Form& form) {
  Json json{{"anyOf", Json::array()}};
  for (const Form& one : form.of) json["anyOf"].push_back(form_json(one));
  return json;
}

Json form_json(const Form& form) {
  switch (form.kind) {
    case Form::Kind::text:
      return text_json(form);
    case Form::Kind::words:
      return {{"enum", form.words}};
    case Form::Kind::whole:
      return {{"type", "integer"}, {"minimum", form.low}, {"maximum", form.high}};
    case Form::Kind::number:
      return number_json(form);
    case Form::Kind::boolean:
      return {{"type", "boolean"}};
    case Form::Kind::list:
      return list_json(form);
    case Form::Kind::map:
      return {{"type", "object"}, {"additionalProperties", form_json(form.of.front())}};
    case Form::Kind::section:
      return {{"$ref", "#/$defs/" + form.section}};
    case Form::Kind::any_of:
      return any_json(form);
  }
  return {};
}

/// That one of the keys stands beside it.
Json beside_json(const std::vector<std::string>& keys) {
  Json json{{"anyOf", Json::array()}};
  for (const std::string& key : keys) json["anyOf"].push_back({{"required", {key}}});
  return json;
}

Json section_json(const Section& section) {
  Json json{{"type", "object"}, {"properties", Json::object()}};
  for (const Key& key : section.keys) {
    Json& property = json["properties"][key.name] = form_json(key.form);
    property["description"] = key_text(key);
    if (!key.beside.empty()) json["dependentSchemas"][key.name] = beside_json(key.beside);
  }
  json["additionalProperties"] = section.open ? scalar_json() : Json(false);
  return json;
}

Json key_json(const Key& key) {
  return {{"name", key.name},
          {"type", key.form.name},
          {"default", key.initial.empty() ? Json() : Json(key.initial)},
          {"meaning", key.meaning},
          {"beside", key.beside}};
}

}  // namespace

Json reference_json() {
  Json json = Json::array();
  for (const Section& section : study_schema()) {
    Json keys = Json::array();
    for (const Key& key : section.keys) keys.push_back(key_json(key));
    json.push_back({{"name", section.name}, {"paths", section.paths}, {"open", section.open}, {"keys", keys}});
  }
  return json;
}

Json json_schema() {
  const std::vector<Section>& sections = study_schema();
  Json json{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "pegbox study file"}};
  json.update(section_json(sections.front()));
  for (std::size_t i = 1; i < sections.size(); ++i) json["$defs"][sections[i].name] = section_json(sections[i]);
  return json;
}

}  // namespace pegbox
