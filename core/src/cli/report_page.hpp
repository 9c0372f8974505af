#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace pegbox {

/// The file of plotly.js beside the running binary: share/pegbox/plotly.min.js of the tree whose bin/ that is in.
std::filesystem::path plotly_file();

/// What is in that file, so that a browser reads it once, or nothing where it is not there or cannot be read.
std::optional<std::string> plotly_text();

/// The page of a study. `json` is what its script reads, `plotly` the text of plotly.js; without it the page asks the
/// network for it. No text can break out of its place.
std::string report_page(const std::string& title, const std::string& json, const std::optional<std::string>& plotly);

}  // namespace pegbox
