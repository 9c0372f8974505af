#pragma once

#include <string_view>

/// The files of `report/`, built into the host.
namespace pegbox {

std::string_view report_html();  ///< the page, with a `{{name}}` for each part that goes into it
std::string_view report_css();
std::string_view study_js();  ///< the scripts, in this order
std::string_view figures_js();
std::string_view trial_table_js();
std::string_view report_js();

}  // namespace pegbox
