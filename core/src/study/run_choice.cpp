#include "run_choice.hpp"

#include <algorithm>

#include "fields.hpp"
#include "value_types.hpp"

namespace pegbox {
namespace {

constexpr const char* kRunSection = "run";

bool is_gpu(std::string_view device) {
  constexpr std::string_view kGpu = "cuda:";
  if (!device.starts_with(kGpu)) return false;
  device.remove_prefix(kGpu.size());
  const bool digits =
      std::all_of(device.begin(), device.end(), [](char letter) { return letter >= '0' && letter <= '9'; });
  return digits && (device.size() == 1 || (device.size() == 2 && device.front() != '0'));
}

/// `auto`, `cpu` and the like, or a GPU by its number.
struct Device {
  Words words{{"auto", "cpu", "cuda", "all"}};

  std::string read(const Entry& entry) const {
    std::string name = text(entry);
    if (is_gpu(name) || std::find(words.words.begin(), words.words.end(), name) != words.words.end()) return name;
    throw mistake(entry.second.place, "'device' is auto, cpu, cuda, cuda:N or all, not " + shown(entry.second));
  }

  Form form() const {
    const Form gpu{.kind = Form::Kind::text, .name = "`cuda:N`", .pattern = "^cuda:([0-9]|[1-9][0-9])$"};
    return any_form("`auto`, `cpu`, `cuda`, `cuda:N`, `all`", {words.form(), gpu});
  }
};

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

const Fields<RunChoice>& run_fields() {
  static const Fields<RunChoice> all{
      {"jobs", WholeNumber{1, 1024}, "number of processors", "trials at once; the `window` is the most that can be",
       &RunChoice::jobs},
      {"device", Device{}, "`auto`",
       "where trials are trained; `auto` takes a GPU where there is one, `all` every GPU ([devices.md](devices.md))",
       &RunChoice::device},
      {"per_device", WholeNumber{1, 64}, "1", "trials at once on one GPU", &RunChoice::per_device},
      {"trial_memory", Bytes{}, "none",
       "fails a trial that would need more memory on the processor, before it is built", &RunChoice::trial_memory},
      {"timeout", Time{}, "none", "ends the run: trials that run then are paused", &RunChoice::timeout},
      {"trial_timeout", Time{}, "none", "fails a trial that takes longer; looked at after each epoch",
       &RunChoice::trial_timeout},
      {"max_failures", WholeNumber{1, 1'000'000'000}, "3", "so many failed trials in a row end the study",
       &RunChoice::max_failures},
      {"storage", AnyText{"file"}, "none",
       "the database that the study is kept in; run again, it goes on. Without one it is kept in memory until pegbox "
       "ends",
       [](const Entry& entry, RunChoice& run) { run.storage = storage(entry); }},
      {"checkpoint_epochs", WholeNumber{1, 1'000'000'000}, "none", "a running trial is saved each so many epochs, too",
       &RunChoice::checkpoint_epochs},
      {"checkpoint_interval", Time{}, "60s", "a running trial is saved each time that so much has passed",
       &RunChoice::checkpoint_interval},
      {"paused_memory", Bytes{}, "1GB", "memory for networks of paused trials; more of them wait on the disk",
       &RunChoice::paused_memory},
      {"busy_timeout", Time{}, "60s", "how long a database that another program has locked is waited for",
       &RunChoice::busy_timeout},
      {"tensorboard", AnyText{"folder"}, "none",
       "writes what happens for [TensorBoard](tensorboard.md) into a folder of the study's name in it",
       [](const Entry& entry, RunChoice& run) { run.tensorboard = tensorboard(entry); }},
  };
  return all;
}

}  // namespace

RunChoice read_run(const Entry& entry, const std::filesystem::path& folder) {
  RunChoice run;
  read_fields(entry.second, "'run'", run_fields(), run);
  if (!run.storage.empty()) run.storage = folder / run.storage;
  if (!run.tensorboard.empty()) run.tensorboard = folder / run.tensorboard;
  return run;
}

Form run_form() { return section_form(kRunSection); }

Section run_section() { return {kRunSection, {"run"}, keys_of(run_fields())}; }

}  // namespace pegbox
