#include "form.hpp"

#include <utility>

namespace pegbox {

Form section_form(std::string section) {
  return {.kind = Form::Kind::section, .name = "map", .section = std::move(section)};
}

Form list_form(std::string name, Form item, std::int64_t least, std::int64_t most) {
  return {.kind = Form::Kind::list, .name = std::move(name), .low = least, .high = most, .of = {std::move(item)}};
}

Form map_form(std::string name, Form value) {
  return {.kind = Form::Kind::map, .name = std::move(name), .of = {std::move(value)}};
}

Form any_form(std::string name, std::vector<Form> forms) {
  return {.kind = Form::Kind::any_of, .name = std::move(name), .of = std::move(forms)};
}

std::vector<std::string> words_of(const Form& form) {
  std::vector<std::string> words = form.words;
  if (form.kind != Form::Kind::any_of) return words;
  for (const Form& one : form.of) {
    for (std::string& word : words_of(one)) words.push_back(std::move(word));
  }
  return words;
}

}  // namespace pegbox
