#pragma once

#include <deque>
#include <string>
#include <vector>

#include <pegbox/trial.hpp>

#include "findings.hpp"

namespace pegbox {

/// What a user should know of the study before its plots, a sentence each.
std::vector<std::string> report_findings(const std::deque<Trial>& trials, const std::vector<Objective>& objectives,
                                         const Divided& divided);

}  // namespace pegbox
