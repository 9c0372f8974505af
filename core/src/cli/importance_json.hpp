#pragma once

#include <string>

#include "importance/importance.hpp"
#include "json/json.hpp"

namespace pegbox {

/// `{"study", "objective", "trials", "usable", "explained", "importances", "pairs"}`; docs/json.md.
Json importances_json(const std::string& study, const std::string& metric, const Importances& found);

}  // namespace pegbox
