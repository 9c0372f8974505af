#include "run_choice.hpp"

#include <algorithm>

#include "duration.hpp"
#include "fields.hpp"
#include "size.hpp"

namespace pegbox {
namespace {

bool is_gpu(std::string_view device) {
  constexpr std::string_view kGpu = "cuda:";
  if (!device.starts_with(kGpu)) return false;
  device.remove_prefix(kGpu.size());
  const bool digits =
      std::all_of(device.begin(), device.end(), [](char letter) { return letter >= '0' && letter <= '9'; });
  return digits && (device.size() == 1 || (device.size() == 2 && device.front() != '0'));
}

std::string device(const Entry& entry) {
  std::string name = text(entry);
  if (name == "auto" || name == "cpu" || name == "cuda" || name == "all" || is_gpu(name)) return name;
  throw mistake(entry.second.place, "'device' is auto, cpu, cuda, cuda:N or all, not " + shown(entry.second));
}

/// A file; addresses of servers come with the servers.
std::filesystem::path storage(const Entry& entry) {
  std::string file = text(entry);
  if (file.empty()) throw mistake(entry.second.place, "'storage' is the file of a database, such as digits.db");
  if (file.find("://") == std::string::npos) return file;
  throw mistake(entry.second.place,
                "'storage' is the file of an SQLite database, not an address: " + shown(entry.second));
}

std::filesystem::path tensorboard(const Entry& entry) {
  std::string folder = text(entry);
  if (folder.empty()) throw mistake(entry.second.place, "'tensorboard' is a folder for event files, such as runs");
  return folder;
}

constexpr int kMostJobs = 1024;
constexpr int kMostPerDevice = 64;
constexpr int kMostFailures = 1'000'000'000;
constexpr Budget kMostEpochs = 1'000'000'000;

constexpr Field<RunChoice> kFields[] = {
    {"jobs",
     [](const Entry& entry, RunChoice& run) { run.jobs = static_cast<int>(whole_number(entry, 1, kMostJobs)); }},
    {"device", [](const Entry& entry, RunChoice& run) { run.device = device(entry); }},
    {"per_device", [](const Entry& entry,
                      RunChoice& run) { run.per_device = static_cast<int>(whole_number(entry, 1, kMostPerDevice)); }},
    {"trial_memory", [](const Entry& entry, RunChoice& run) { run.trial_memory = size(entry); }},
    {"storage", [](const Entry& entry, RunChoice& run) { run.storage = storage(entry); }},
    {"checkpoint_epochs",
     [](const Entry& entry, RunChoice& run) { run.checkpoint_epochs = whole_number(entry, 1, kMostEpochs); }},
    {"checkpoint_interval", [](const Entry& entry, RunChoice& run) { run.checkpoint_interval = duration(entry); }},
    {"paused_memory", [](const Entry& entry, RunChoice& run) { run.paused_memory = size(entry); }},
    {"busy_timeout", [](const Entry& entry, RunChoice& run) { run.busy_timeout = duration(entry); }},
    {"tensorboard", [](const Entry& entry, RunChoice& run) { run.tensorboard = tensorboard(entry); }},
    {"timeout", [](const Entry& entry, RunChoice& run) { run.timeout = duration(entry); }},
    {"trial_timeout", [](const Entry& entry, RunChoice& run) { run.trial_timeout = duration(entry); }},
    {"max_failures",
     [](const Entry& entry, RunChoice& run) {
       run.max_failures = static_cast<int>(whole_number(entry, 1, kMostFailures));
     }},
};

}  // namespace

RunChoice read_run(const Entry& entry, const std::filesystem::path& folder) {
  RunChoice run;
  read_fields(entry.second, "'run'", kFields, run);
  if (!run.storage.empty()) run.storage = folder / run.storage;
  if (!run.tensorboard.empty()) run.tensorboard = folder / run.tensorboard;
  return run;
}

}  // namespace pegbox
