#pragma once

#include <array>
#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace pegbox {

/// What the calling thread is about to call: code of a plug-in, for a trial or for none. Should the process crash
/// there, the crash is put down to it. Does nothing where no `CrashWatch` lives.
class CrashSite {
 public:
  static constexpr int kNoTrial = -1;

  /// `where`: `model 'mlp' (/path/mlp.so)`. Longer texts are cut.
  CrashSite(int trial, const std::string& where);
  ~CrashSite();
  CrashSite(const CrashSite&) = delete;
  CrashSite& operator=(const CrashSite&) = delete;

  int trial() const { return trial_; }
  const char* where() const { return where_.data(); }

 private:
  static constexpr std::size_t kLongest = 512;

  int trial_;
  std::array<char, kLongest> where_{};
  const CrashSite* outer_ = nullptr;
  std::size_t place_ = 0;
  bool watched_;
};

/// While it lives, a fatal signal (SIGSEGV, SIGABRT and with it `std::terminate`, SIGBUS, SIGFPE, SIGILL), and `exit`
/// called by a plug-in, say on standard error where they happened and leave a note in a file, before the process ends.
/// One at a time.
class CrashWatch {
 public:
  static constexpr std::size_t kSignalCount = 5;

  /// An empty path: no note is left. `exit_code` ends the process where a plug-in called `exit`.
  CrashWatch(const std::filesystem::path& note, int exit_code);
  ~CrashWatch();
  CrashWatch(const CrashWatch&) = delete;
  CrashWatch& operator=(const CrashWatch&) = delete;

 private:
  std::array<struct sigaction, kSignalCount> former_{};
};

/// A note of an earlier crash.
struct CrashNote {
  std::string what;         ///< `SIGSEGV`
  std::string where;        ///< `model 'mlp' (/path/mlp.so)`; empty: unknown
  std::vector<int> trials;  ///< those that it is put down to: one, or, where the thread was none of ours, all that ran
};

/// Reads a note, and nothing where there is none.
std::optional<CrashNote> read_crash_note(const std::filesystem::path& note);

}  // namespace pegbox
