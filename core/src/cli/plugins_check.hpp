#pragma once

#include "catalog/catalog.hpp"
#include "exit_code.hpp"
#include "options.hpp"

namespace pegbox {

/// Holds a strategy or a pruner against its contract: writes a line for each check and a summary, or one JSON object.
/// Standard error says which check runs. Throws `StudyError` for a plug-in of another kind.
ExitCode check_plugin(const PluginFile& file, const Catalog& catalog, Format format);

}  // namespace pegbox
