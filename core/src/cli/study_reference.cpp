#include "study_reference.hpp"

#include <algorithm>
#include <vector>

#include "study/study_schema.hpp"
#include "table.hpp"

namespace pegbox {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string heading(const Section& section) {
  const std::string paths = joined(section.paths);
  return paths.empty() ? "the study file" : paths;
}

/// Whether the form tells more than that a text, a list or a map is wanted.
bool limits(const Form& form) {
  if (form.kind == Form::Kind::any_of) return std::any_of(form.of.begin(), form.of.end(), limits);
  return form.kind == Form::Kind::words || form.kind == Form::Kind::whole || form.kind == Form::Kind::number;
}

/// What is said of a key beside its name and its meaning.
std::string type_text(const Key& key) {
  std::string text = plain(key.form.name);
  if (!key.initial.empty()) text += "; default: " + plain(key.initial);
  if (!key.beside.empty()) text += "; beside " + joined(key.beside);
  return text;
}

/// Each key has its type on one line and its meaning on the next.
std::string table_of(const Section& section) {
  std::size_t width = 0;
  for (const Key& key : section.keys) width = std::max(width, key.name.size());
  std::string text;
  for (const Key& key : section.keys) {
    text += "  " + key.name + std::string(width + 2 - key.name.size(), ' ') + type_text(key) + '\n';
    text += std::string(width + 4, ' ') + plain(key.meaning) + '\n';
  }
  return text;
}

}  // namespace

std::string plain(const std::string& markdown) {
  std::string text;
  for (std::size_t i = 0; i < markdown.size(); ++i) {
    const std::size_t middle = markdown[i] == '[' ? markdown.find("](", i) : std::string::npos;
    if (middle != std::string::npos && markdown.find(']', i) == middle) {
      text += plain(markdown.substr(i + 1, middle - i - 1));
      i = markdown.find(')', middle);
    } else if (markdown[i] != '`') {
      text += markdown[i];
    }
  }
  return text;
}

std::string key_text(const Key& key) {
  std::string text = plain(key.meaning);
  if (limits(key.form)) text += "; " + plain(key.form.name);
  if (key.initial.empty() || key.initial == "none" || key.initial == "needed") return text;
  return text + "; default " + plain(key.initial);
}

std::string study_reference() {
  std::string text =
      "A study file is YAML: these keys, each map with the keys of its own. Paths as --set takes them; NAME is that of "
      "a\nhyperparameter.\n";
  for (const Section& section : study_schema()) {
    text += '\n' + heading(section) + '\n' + table_of(section);
    if (section.open) text += "  other keys are settings of the plug-in: pegbox help PLUG-IN\n";
  }
  return text;
}

}  // namespace pegbox
