#pragma once

#include <string>

#include "importance/importance.hpp"

namespace pegbox {

/// For people: hyperparameters with their shares in percent and bars, the strongest pairs, and how far to trust that.
std::string importances_text(const Importances& found, const std::string& metric);

/// How far to trust the shares: what they rest on, and where they are rough. A sentence without a capital or a stop.
std::string trust_text(const Importances& found, const std::string& metric);

/// For programs: one row for each hyperparameter, whose second cell is empty, and for each pair.
std::string importances_csv(const Importances& found);

}  // namespace pegbox
