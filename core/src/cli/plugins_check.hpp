#pragma once

#include "catalog/catalog.hpp"
#include "exit_code.hpp"
#include "options.hpp"

namespace pegbox {

/// Holds a plug-in against the contract of its kind: writes a line for each check and a summary, or one JSON object.
/// Standard error says which check runs. For a model the trainer's library is opened.
ExitCode check_plugin(const PluginFile& file, const Catalog& catalog, Format format);

}  // namespace pegbox
