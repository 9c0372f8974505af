#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace pegbox {

/// What the value of a key of the study file may be: in words for people, and as a shape for programs that check files.
struct Form {
  enum class Kind { text, words, whole, number, boolean, list, map, section, any_of };

  Kind kind = Kind::text;
  std::string name = {};                         ///< in words, as Markdown
  std::vector<std::string> words = {};           ///< of `words`: those that it may be
  std::string pattern = {};                      ///< of a text: a regular expression (ECMA-262); empty: any text
  std::int64_t low = 0, high = 0;                ///< of a whole number its range, of a list how many items it may have
  std::optional<double> above = {}, below = {};  ///< of a number: it lies between, and is neither
  std::string section = {};                      ///< of a section: its name
  std::vector<Form> of = {};                     ///< of list and map what one value may be; of `any_of` the forms
};

/// A map with the keys of the section of that name.
Form section_form(std::string section);

/// A list of `least` to `most` items.
Form list_form(std::string name, Form item, std::int64_t least,
               std::int64_t most = std::numeric_limits<std::int64_t>::max());

/// A map of names that the user chooses.
Form map_form(std::string name, Form value);

Form any_form(std::string name, std::vector<Form> forms);

/// The words that it may be, those of its alternatives too.
std::vector<std::string> words_of(const Form& form);

}  // namespace pegbox
