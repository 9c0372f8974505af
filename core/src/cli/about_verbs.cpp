#include <iostream>
#include <thread>

#include <boost/version.hpp>
#include <oneapi/tbb/version.h>

#include "catalog/catalog.hpp"
#include "catalog/folders.hpp"
#include "catalog/stamp.hpp"
#include "json.hpp"
#include "table.hpp"
#include "trainer_library.hpp"
#include "verbs.hpp"

namespace pegbox {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows version_rows() {
  const Stamp& host = host_stamp();
  return {{"pegbox", PEGBOX_VERSION},
          {"sdk", host.sdk},
          {"libtorch", host.libtorch.empty() ? "none" : host.libtorch},
          {"compiler", host.compiler},
          {"string_abi", host.string_abi},
          {"boost", BOOST_LIB_VERSION},
          {"tbb", TBB_VERSION_STRING}};
}

Json rows_json(const Rows& rows) {
  Json json = Json::object();
  for (const auto& row : rows) json[row[0]] = row[1];
  return json;
}

/// The devices, or why the trainer cannot say: doctor has to work where training does not.
std::vector<std::string> devices() {
  try {
    return trainer_library().devices();
  } catch (const PluginError& error) {
    return {std::string("the trainer does not load: ") + error.what()};
  }
}

}  // namespace

ExitCode version_verb(const Options& options) {
  std::cout << (options.format == Format::json ? printed(rows_json(version_rows())) : aligned(version_rows()));
  return ExitCode::done;
}

ExitCode help_verb(const Options& options) {
  std::cout << help_text(options.arguments.empty() ? "" : options.arguments.front());
  return ExitCode::done;
}

ExitCode doctor_verb(const Options& options) {
  const auto folders = plugin_folders(options.plugin_dirs);
  const Catalog catalog(folders);
  if (options.format == Format::json) {
    Json json{{"versions", rows_json(version_rows())},
              {"threads", std::thread::hardware_concurrency()},
              {"devices", devices()},
              {"folders", Json::array()},
              {"plugins", Json::array()},
              {"refused", Json::array()}};
    for (const auto& folder : folders) json["folders"].push_back(folder.string());
    for (const auto& [path, stamp] : catalog.plugins())
      json["plugins"].push_back({stamp.kind, stamp.name, path.string()});
    for (const auto& [path, reason, stamp] : catalog.refusals()) json["refused"].push_back({path.string(), reason});
    std::cout << printed(json);
    return ExitCode::done;
  }
  std::cout << aligned(version_rows()) << "\ndevices\n";
  for (const std::string& line : devices()) std::cout << "  " << line << '\n';
  std::cout << "\nplug-in folders\n";
  for (const auto& folder : folders) {
    std::cout << "  " << folder.string() << (std::filesystem::is_directory(folder) ? "\n" : " (not there)\n");
  }
  Rows rows;
  for (const auto& [path, stamp] : catalog.plugins()) rows.push_back({stamp.kind, stamp.name, path.string()});
  std::cout << "\nplug-ins\n" << aligned(rows, "  ");
  if (!catalog.refusals().empty()) std::cout << "\nrefused\n";
  for (const Refusal& refusal : catalog.refusals()) {
    std::cout << "  " << refusal.path.string() << ": " << refusal.reason << '\n';
  }
  return ExitCode::done;
}

}  // namespace pegbox
