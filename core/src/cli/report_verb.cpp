#include <iostream>

#include "output.hpp"
#include "report_data.hpp"
#include "report_page.hpp"
#include "verbs.hpp"

namespace pegbox {
namespace {

namespace fs = std::filesystem;

/// plotly.js, or nothing where the page is to load it from the network.
std::optional<std::string> plotly_of(const Options& options) {
  if (options.cdn) return {};
  auto text = plotly_text();
  if (!text) {
    std::cerr << "note: the plots need a network, since plotly.js is not at " << plotly_file().string()
              << "; put plotly.min.js there and make the report again\n";
  }
  return text;
}

}  // namespace

ExitCode report_verb(const Options& options) {
  const StoredView view = chosen_view(options);
  const std::string json = report_data(view).dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
  const std::string page = report_page(view.study.name, json, plotly_of(options));
  const fs::path place = options.output.empty() ? fs::path(name_of_file(view.study.name, ".html")) : options.output;
  if (place == "-") {
    write_output(page, {});
    return ExitCode::done;
  }
  write_output(page, place);
  std::cerr << "report: " << place.string() << '\n';
  return ExitCode::done;
}

}  // namespace pegbox
