#include "process.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <ostream>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <spawn.h>
#include <string_view>
#include <system_error>
#include <termios.h>
#include <unistd.h>
#include <utility>

#include <gtest/gtest.h>
#include <sys/wait.h>

namespace pegbox {
namespace {

constexpr double kTimeLimit = 120;

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

void check(int error, const char* what) {
  if (error != 0) throw std::system_error(error, std::generic_category(), what);
}

void check_errno(bool good, const char* what) { check(good ? 0 : errno, what); }

void close_end(int& descriptor) {
  if (descriptor >= 0) close(descriptor);
  descriptor = -1;
}

/// A channel from the child: `child` is its end.
struct Channel {
  int ours = -1, child = -1;
};

Channel pipe_channel() {
  std::array<int, 2> ends{};
  check_errno(pipe2(ends.data(), O_CLOEXEC) == 0, "pipe2");
  return {ends[0], ends[1]};
}

/// A channel to the child.
Channel input_channel() {
  const Channel from = pipe_channel();
  return {from.child, from.ours};
}

/// A terminal that does not turn line ends into carriage returns, so that those that arrive were written.
Channel terminal_channel() {
  Channel channel;
  termios raw{};
  cfmakeraw(&raw);
  winsize size{.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
  check_errno(openpty(&channel.ours, &channel.child, nullptr, &raw, &size) == 0, "openpty");
  fcntl(channel.ours, F_SETFD, FD_CLOEXEC);
  fcntl(channel.child, F_SETFD, FD_CLOEXEC);
  return channel;
}

Channel output_channel(const Command& command) {
  if (command.output.empty()) return pipe_channel();
  Channel channel;
  channel.child = open(command.output.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  check_errno(channel.child >= 0, "open");
  return channel;
}

std::vector<std::string> environment(const Command& command) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::string name = text.substr(0, text.find('='));
    if (name == "TERM" || name.starts_with("PEGBOX_") || command.environment.contains(name)) continue;
    all.push_back(text);
  }
  for (const auto& [name, value] : command.environment) {
    all.push_back(name);
    all.back().append("=").append(value);
  }
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// What the child does between fork and exec.
class Actions {
 public:
  Actions() { check(posix_spawn_file_actions_init(&actions_), "posix_spawn_file_actions_init"); }
  ~Actions() { posix_spawn_file_actions_destroy(&actions_); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;

  void open_input(const char* path) {
    check(posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, path, O_RDONLY, 0), "addopen");
  }
  void close_input() { check(posix_spawn_file_actions_addclose(&actions_, STDIN_FILENO), "addclose"); }
  void connect(int from, int to) { check(posix_spawn_file_actions_adddup2(&actions_, from, to), "adddup2"); }
  void enter(const std::string& folder) {
    check(posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str()), "addchdir_np");
  }
  const posix_spawn_file_actions_t* raw() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// Reads what is there. Closes the descriptor at its end; a terminal without the other side answers with an error.
void take(int& descriptor, std::string& text) {
  std::array<char, 65536> bytes{};
  const ssize_t size = read(descriptor, bytes.data(), bytes.size());
  if (size > 0) {
    text.append(bytes.data(), static_cast<std::size_t>(size));
  } else if (size == 0 || errno != EINTR) {
    close_end(descriptor);
  }
}

}  // namespace

void PrintTo(const Finished& finished, std::ostream* stream) {
  *stream << "exit " << finished.code << "\nstandard output: " << finished.out << "\nstandard error: " << finished.err;
}

Process::Process(const Command& command) : deadline_(now() + kTimeLimit) {
  Channel out = output_channel(command);
  Channel err = command.terminal ? terminal_channel() : pipe_channel();
  out_ = out.ours;
  err_ = err.ours;
  Actions actions;
  Channel in;
  if (command.input_open) {
    in = input_channel();
    actions.connect(in.child, STDIN_FILENO);
  } else if (command.input_closed) {
    actions.close_input();
  } else {
    actions.open_input("/dev/null");
  }
  actions.connect(out.child, STDOUT_FILENO);
  actions.connect(err.child, STDERR_FILENO);
  if (!command.folder.empty()) actions.enter(command.folder.string());
  std::vector<std::string> words{PEGBOX_BINARY};
  words.insert(words.end(), command.arguments.begin(), command.arguments.end());
  std::vector<std::string> variables = environment(command);
  const int error =
      posix_spawn(&id_, PEGBOX_BINARY, actions.raw(), nullptr, pointers(words).data(), pointers(variables).data());
  close_end(in.child);
  in_ = in.ours;
  close_end(out.child);
  close_end(err.child);
  check(error, PEGBOX_BINARY);
}

Process::~Process() {
  end_input();
  stop_reading();
  if (id_ < 0) return;
  kill(id_, SIGKILL);
  waitpid(id_, nullptr, 0);
}

void Process::signal(int number) const { kill(id_, number); }

void Process::wait_for(const std::string& text) {
  while (finished_.err.find(text) == std::string::npos) {
    if (read_some()) continue;
    ADD_FAILURE() << "'" << text << "' never came on standard error:\n" << finished_.err;
    return;
  }
}

void Process::send(const std::string& text) {
  ::signal(SIGPIPE, SIG_IGN);
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t size = write(in_, rest.data(), rest.size());
    if (size < 0) return;
    rest.remove_prefix(static_cast<std::size_t>(size));
  }
}

void Process::end_input() { close_end(in_); }

std::string Process::receive_line() {
  for (;;) {
    const std::size_t end = finished_.out.find('\n', received_);
    if (end != std::string::npos) {
      const std::string line = finished_.out.substr(received_, end - received_);
      received_ = end + 1;
      return line;
    }
    if (read_some()) continue;
    ADD_FAILURE() << "no more lines came; standard error:\n" << finished_.err;
    return {};
  }
}

void Process::stop_reading() {
  close_end(out_);
  close_end(err_);
}

Finished Process::finish() {
  end_input();
  while (read_some()) continue;
  int status = 0;
  while (waitpid(id_, &status, WNOHANG) == 0) {
    if (now() > deadline_) give_up();
    constexpr useconds_t kPause = 2000;
    usleep(kPause);
  }
  id_ = -1;
  constexpr int kSignals = 128;
  finished_.code = WIFEXITED(status) ? WEXITSTATUS(status) : kSignals + WTERMSIG(status);
  return finished_;
}

/// False where nothing is left to read.
bool Process::read_some() {
  if (out_ < 0 && err_ < 0) return false;
  std::array<pollfd, 2> ends{{{out_, POLLIN, 0}, {err_, POLLIN, 0}}};
  constexpr int kMilliseconds = 100;
  poll(ends.data(), ends.size(), kMilliseconds);
  if (ends[0].revents != 0) take(out_, finished_.out);
  if (ends[1].revents != 0) take(err_, finished_.err);
  if (now() > deadline_) {
    give_up();
    return false;
  }
  return true;
}

void Process::give_up() {
  if (deadline_ > 0) ADD_FAILURE() << "pegbox took more than " << kTimeLimit << " s; it wrote:\n" << finished_.err;
  deadline_ = 0;
  stop_reading();
  kill(id_, SIGKILL);
}

Finished run_command(const Command& command) { return Process(command).finish(); }

Finished pegbox(std::vector<std::string> arguments) { return run_command(Command{.arguments = std::move(arguments)}); }

}  // namespace pegbox
