#include <algorithm>
#include <cerrno>
#include <iostream>
#include <map>
#include <system_error>
#include <thread>
#include <unistd.h>

#include <boost/version.hpp>
#include <oneapi/tbb/version.h>

#include "catalog/catalog.hpp"
#include "catalog/folders.hpp"
#include "catalog/stamp.hpp"
#include "completion.hpp"
#include "json/json.hpp"
#include "study_json.hpp"
#include "study_reference.hpp"
#include "table.hpp"
#include "tuner/trainer_library.hpp"
#include "usage_error.hpp"
#include "verb_table.hpp"
#include "verbs.hpp"

namespace pegbox {
namespace {

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

/// Goes on as the script that fetches it.
[[noreturn]] void fetch_libtorch() {
  const std::string version = host_stamp().libtorch;
  if (version.empty()) throw UsageError("this pegbox was built without LibTorch, and needs none");
  const std::string script = (share_folder() / "fetch-libtorch").string();
  execl(script.c_str(), script.c_str(), version.c_str(), nullptr);
  throw std::system_error(errno, std::generic_category(), script + " cannot be run");
}

bool names_plugin(const std::string& name, const Options& options) {
  const Catalog catalog(plugin_folders(options.plugin_dirs));
  return std::ranges::any_of(catalog.plugins(), [&](const PluginFile& file) { return file.stamp.name == name; });
}

/// The keys of the study file.
ExitCode study_file_help(Format format) {
  if (format == Format::json) {
    std::cout << printed(reference_json());
  } else {
    std::cout << (format == Format::json_schema ? printed(json_schema()) : study_reference());
  }
  return ExitCode::done;
}

}  // namespace

ExitCode version_verb(const Options& options) {
  std::cout << (options.format == Format::json ? printed(rows_json(version_rows())) : aligned(version_rows()));
  return ExitCode::done;
}

/// Of a verb, of the study file, or of a plug-in that is not called like one.
ExitCode help_verb(const Options& options) {
  const std::string name = options.arguments.empty() ? "" : options.arguments.front();
  if (name == "study-file") return study_file_help(options.format);
  if (options.format == Format::json_schema) throw UsageError("json-schema is a format of 'help study-file' alone");
  if (!name.empty() && !is_verb(name) && names_plugin(name, options)) {
    Options info = options;
    info.arguments = {"info", name};
    return plugins_verb(info);
  }
  std::cout << help_text(name);
  return ExitCode::done;
}

ExitCode completion_verb(const Options& options) {
  const std::string shell = options.arguments.empty() ? "" : options.arguments.front();
  const std::map<std::string, std::string (*)()> scripts{
      {"bash", bash_completion}, {"fish", fish_completion}, {"zsh", zsh_completion}};
  const auto found = scripts.find(shell);
  if (found == scripts.end()) {
    throw UsageError("it must be 'completion bash', 'completion fish' or 'completion zsh'");
  }
  std::cout << found->second();
  return ExitCode::done;
}

ExitCode doctor_verb(const Options& options) {
  if (options.fetch) fetch_libtorch();
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
