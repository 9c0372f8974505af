#pragma once

#include <string>

#include <pegbox/params.hpp>

namespace pegbox {

/// A hyperparameter of `trainer_options` where the study has it, else its default.
double real_option(const Params& params, const std::string& name);
std::int64_t whole_option(const Params& params, const std::string& name);
bool flag_option(const Params& params, const std::string& name);
std::string text_option(const Params& params, const std::string& name);

}  // namespace pegbox
