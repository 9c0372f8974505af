#pragma once

#include <optional>
#include <string>

#include "setup.hpp"
#include "tensorboard/tensorboard_log.hpp"

namespace pegbox {

/// The log that the study asks for, if it does. `token` tells a study that is kept from any other; empty: it is not.
/// Throws `StudyError` where the log's folder cannot be made.
std::optional<TensorboardLog> tensorboard_log(const Setup& setup, const Plan& plan, const std::string& token);

/// Where the log is.
std::string tensorboard_text(const TensorboardLog& log);

}  // namespace pegbox
