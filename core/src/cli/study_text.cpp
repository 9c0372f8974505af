#include "study_text.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace pegbox {
namespace {

bool is_letter(char letter) { return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z'); }
bool is_plain(char letter) {
  return is_letter(letter) || (letter >= '0' && letter <= '9') || letter == '_' || letter == '-';
}

/// Words of YAML's that are no texts, in this version of it or another.
bool is_reserved(std::string word) {
  static constexpr std::array<std::string_view, 12> kWords{"true", "false", "null", "yes", "no",       "on",
                                                           "off",  "y",     "n",    "inf", "infinity", "nan"};
  std::transform(word.begin(), word.end(), word.begin(),
                 [](char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter; });
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

/// JSON's spelling of a text is YAML's too.
std::string quoted(const std::string& text) { return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string yaml(const std::string& text) {
  const bool plain = !text.empty() && is_letter(text.front()) && std::all_of(text.begin(), text.end(), is_plain);
  return plain && !is_reserved(text) ? text : quoted(text);
}

/// In one line.
std::string yaml(const Json& json) {
  if (json.is_string()) return yaml(json.get<std::string>());
  if (!json.is_structured()) return json.dump();
  std::string text;
  for (const auto& [key, value] : json.items()) {
    text += text.empty() ? "" : ", ";
    if (json.is_object()) text += yaml(key) + ": ";
    text += yaml(value);
  }
  return json.is_object() ? '{' + text + '}' : '[' + text + ']';
}

/// A plug-in's name alone, or with its settings.
Json plugin(const Json& chosen) {
  Json json{{"name", chosen.at("name")}};
  json.update(chosen.at("settings"));
  return json.size() == 1 ? json["name"] : json;
}

/// Without what only says that the data are the same.
Json data(Json chosen) {
  chosen.erase("hash");
  return chosen.contains("name") ? chosen["name"] : chosen;
}

}  // namespace

std::string study_text(const std::string& name, const Json& definition, const Params& best) {
  std::string text = "study: " + yaml(name + "-best") + '\n';
  const auto line = [&](const std::string& key, const Json& value) { text += key + ": " + yaml(value) + '\n'; };
  line("model", plugin(definition.at("model")));
  if (!definition.at("data").is_null()) line("data", data(definition.at("data")));
  const Json& objectives = definition.at("objectives");
  line("objective", objectives.size() == 1 ? objectives.front() : objectives);
  line("strategy", "random");
  line("trials", 1);
  line("epochs", definition.at("epochs"));
  line("validation", definition.at("validation"));
  if (definition.value("folds", 1) > 1) line("folds", definition.at("folds"));
  if (definition.value("repeats", 1) > 1) line("repeats", definition.at("repeats"));
  if (definition.value("test", 0.0) > 0) line("test", definition.at("test"));
  line("seed", definition.at("seed"));
  if (best.size() == 0) return text;
  text += "space:\n";
  for (const auto& [key, value] : best) text += "  " + yaml(key) + ": " + yaml(to_json(value)) + '\n';
  return text;
}

}  // namespace pegbox
