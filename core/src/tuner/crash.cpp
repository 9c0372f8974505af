#include "crash.hpp"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <sstream>
#include <string_view>
#include <unistd.h>

namespace pegbox {
namespace {

constexpr std::size_t kMostSites = 4096;
constexpr std::size_t kNoPlace = kMostSites;
constexpr std::size_t kStack = 1 << 17;

// All that a signal handler can reach must be global, and it may touch only lock-free atomics and plain memory.
// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
std::array<std::atomic<const CrashSite*>, kMostSites> sites;
std::atomic<bool> watching = false;
std::atomic<bool> noted = false;
std::atomic<bool> exiting = false;
std::atomic<unsigned> entered = 0;
std::atomic<int> code_after_exit = 0;
std::array<char, 4096> note_path{};
thread_local const CrashSite* own_site = nullptr;
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)
static_assert(std::atomic<const CrashSite*>::is_always_lock_free);

constexpr std::array<int, CrashWatch::kSignalCount> kSignals{SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};

const char* signal_name(int signal) {
  switch (signal) {
    case SIGSEGV:
      return "SIGSEGV";
    case SIGABRT:
      return "SIGABRT";
    case SIGBUS:
      return "SIGBUS";
    case SIGFPE:
      return "SIGFPE";
    default:
      return "SIGILL";
  }
}

/// Text in a fixed place, put together without memory allocation.
class FixedText {
 public:
  FixedText& operator<<(const char* text) {
    while (*text != '\0' && size_ < text_.size()) text_[size_++] = *text++;
    return *this;
  }
  FixedText& operator<<(int number) {
    std::array<char, 16> digits{};
    std::size_t count = 0;
    for (; number > 0 || count == 0; number /= 10) digits[count++] = static_cast<char>('0' + number % 10);
    while (count > 0 && size_ < text_.size()) text_[size_++] = digits[--count];
    return *this;
  }
  void write_to(int file) const {
    std::size_t done = 0;
    while (done < size_) {
      const ssize_t count = write(file, text_.data() + done, size_ - done);
      if (count <= 0) return;
      done += static_cast<std::size_t>(count);
    }
  }

 private:
  std::array<char, 16384> text_{};
  std::size_t size_ = 0;
};

/// The trials that ran, one a line, where it is not known which one crashed.
void name_all(FixedText& note) {
  for (const auto& place : sites) {
    const CrashSite* site = place.load();
    if (site != nullptr && site->trial() != CrashSite::kNoTrial) note << "trial " << site->trial() << "\n";
  }
}

void leave_note(const char* what) {
  if (!watching.load() || noted.exchange(true)) return;
  const CrashSite* site = own_site;
  FixedText message;
  FixedText note;
  message << "\npegbox: " << what;
  note << what << "\n";
  if (site == nullptr) {
    note << "\n";
    name_all(note);
  } else {
    message << " in " << site->where();
    note << site->where() << "\n";
    if (site->trial() != CrashSite::kNoTrial) {
      message << ", trial " << site->trial();
      note << "trial " << site->trial() << "\n";
    }
  }
  message << "\n";
  message.write_to(STDERR_FILENO);
  if (note_path[0] == '\0') return;
  constexpr int kMode = 0644;
  const int file = open(note_path.data(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode);
  if (file < 0) return;
  note.write_to(file);
  fsync(file);
  close(file);
}

extern "C" void on_crash(int signal) {
  // While `exit` takes everything down, other threads fall.
  if (exiting.load()) _exit(code_after_exit.load());
  leave_note(signal_name(signal));
  std::signal(signal, SIG_DFL);
  raise(signal);
}

/// Called by `exit`, on the thread that called it.
void on_exit_called() {
  if (!watching.load()) return;
  exiting = true;
  leave_note("exit() was called");
  _exit(code_after_exit.load());
}

/// `exit` calls first what was registered last, and what LibTorch makes on first use is registered late: so again at
/// the first, second, fourth, … call of a plug-in.
void watch_exit() {
  const unsigned count = ++entered;
  if ((count & (count - 1)) == 0) std::atexit(&on_exit_called);
}

/// A stack for the handler, for the case that the thread's own has run over. A thread that has one already keeps it.
class AlternateStack {
 public:
  AlternateStack() {
    stack_t present{};
    sigaltstack(nullptr, &present);
    if ((present.ss_flags & SS_DISABLE) == 0) return;
    memory_ = std::make_unique<char[]>(kStack);
    stack_t ours{};
    ours.ss_sp = memory_.get();
    ours.ss_size = kStack;
    sigaltstack(&ours, nullptr);
  }
  ~AlternateStack() {
    if (memory_ == nullptr) return;
    stack_t none{};
    none.ss_flags = SS_DISABLE;
    sigaltstack(&none, nullptr);
  }
  AlternateStack(const AlternateStack&) = delete;
  AlternateStack& operator=(const AlternateStack&) = delete;

 private:
  std::unique_ptr<char[]> memory_;
};

void use_alternate_stack() { thread_local const AlternateStack stack; }

std::size_t take_place(const CrashSite* site) {
  for (std::size_t i = 0; i < sites.size(); ++i) {
    const CrashSite* none = nullptr;
    if (sites[i].load() == nullptr && sites[i].compare_exchange_strong(none, site)) return i;
  }
  return kNoPlace;
}

}  // namespace

CrashSite::CrashSite(int trial, const std::string& where) : trial_(trial), watched_(watching.load()) {
  if (!watched_) return;
  outer_ = own_site;
  place_ = take_place(this);
  std::copy_n(where.data(), std::min(where.size(), where_.size() - 1), where_.data());
  use_alternate_stack();
  watch_exit();
  own_site = this;
}

CrashSite::~CrashSite() {
  if (!watched_) return;
  own_site = outer_;
  if (place_ != kNoPlace) sites[place_].store(nullptr);
}

CrashWatch::CrashWatch(const std::filesystem::path& note, int exit_code) {
  const std::string path = note.string();
  note_path.fill('\0');
  if (path.size() < note_path.size()) std::copy(path.begin(), path.end(), note_path.begin());
  noted = false;
  exiting = false;
  entered = 0;
  code_after_exit = exit_code;
  watching = true;
  struct sigaction action {};
  action.sa_handler = &on_crash;
  action.sa_flags = SA_ONSTACK | SA_NODEFER;
  for (std::size_t i = 0; i < former_.size(); ++i) sigaction(kSignals[i], &action, &former_[i]);
}

CrashWatch::~CrashWatch() {
  watching = false;
  for (std::size_t i = 0; i < former_.size(); ++i) sigaction(kSignals[i], &former_[i], nullptr);
}

std::optional<CrashNote> read_crash_note(const std::filesystem::path& note) {
  std::ifstream file(note);
  CrashNote result;
  if (!std::getline(file, result.what)) return {};
  std::getline(file, result.where);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string word;
    int trial = 0;
    if (words >> word >> trial) result.trials.push_back(trial);
  }
  return result;
}

}  // namespace pegbox
