#pragma once

#include <string_view>

#include "data/csv.hpp"

namespace pegbox {

inline Table parse(std::string_view text, const CsvChoice& choice = {.targets = {"y"}}, std::string_view test = {}) {
  return parse_csv({"t.csv", text}, choice, test.empty() ? CsvText() : CsvText{"u.csv", test});
}

}  // namespace pegbox
