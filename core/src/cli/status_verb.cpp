#include <algorithm>
#include <chrono>
#include <iostream>
#include <thread>
#include <unistd.h>

#include "status.hpp"
#include "terminal.hpp"
#include "verbs.hpp"

namespace pegbox {
namespace {

/// The studies that are meant: the one that was named, or all. With findings where these are shown.
std::vector<Status> statuses(const OpenStore& store, Format format) {
  auto studies = store.name.empty() ? store.storage->studies() : std::vector<StoredStudy>{};
  if (studies.size() < 2) studies = {chosen_study(store)};
  const bool shown = format == Format::json || (format == Format::table && studies.size() == 1);
  std::vector<Status> all;
  for (const StoredStudy& study : studies) {
    const StoredView view = view_of(store, study);
    all.push_back(shown ? Status::with_findings(view) : Status::of(view));
  }
  return all;
}

std::string text_of(const std::vector<Status>& all, Format format) {
  if (format == Format::csv) return status_csv(all);
  if (format == Format::table) return all.size() == 1 ? status_text(all.front()) : status_table(all);
  if (all.size() == 1) return printed(to_json(all.front()));
  Json list = Json::array();
  for (const Status& status : all) list.push_back(to_json(status));
  return printed(list);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

bool runs(const std::vector<Status>& all) {
  return std::ranges::any_of(all, [](const Status& status) { return status.host.has_value(); });
}

/// Shows each change, on a terminal over what was there, until nobody runs the studies or nobody reads.
void watch(const OpenStore& store, Format format) {
  constexpr auto kPause = std::chrono::seconds(1);
  const Terminal terminal(STDOUT_FILENO);
  Frame frame(std::cout, terminal);
  std::string last;
  for (;; std::this_thread::sleep_for(kPause)) {
    const auto all = statuses(store, format);
    const std::string text = text_of(all, format);
    if (!runs(all)) {
      frame.clear();
      if (terminal.writable() || text != last) std::cout << text;
      return;
    }
    if (text == last) continue;
    last = text;
    if (!terminal.writable()) {
      if (!(std::cout << text << std::flush)) return;
      continue;
    }
    auto lines = lines_of(text);
    lines.resize(std::min(lines.size(), terminal.rows() - 1));
    frame.show(lines);
  }
}

}  // namespace

ExitCode status_verb(const Options& options) {
  const OpenStore store = open_store(options);
  if (options.watch) {
    watch(store, options.format);
  } else {
    std::cout << text_of(statuses(store, options.format), options.format);
  }
  return ExitCode::done;
}

}  // namespace pegbox
