#pragma once

#include <string>

#include "importance/importance.hpp"

namespace pegbox {

/// For people: hyperparameters with their shares in percent and bars, the strongest pairs, and how far to trust that.
std::string importances_text(const Importances& found, const std::string& metric);

/// For programs: one row for each hyperparameter, whose second cell is empty, and for each pair.
std::string importances_csv(const Importances& found);

}  // namespace pegbox
