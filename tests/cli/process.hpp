#pragma once

#include <filesystem>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace pegbox {

/// How the binary under test is started. It inherits the environment, but for `PEGBOX_*` and `TERM`.
struct Command {
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment = {};
  std::filesystem::path folder = {};  ///< to work in; empty: the test's own
  bool terminal = false;              ///< standard error is a terminal of 80 columns that passes on what is written
  bool input_closed = false;          ///< no standard input at all; otherwise it is empty
  bool input_open = false;            ///< standard input is a pipe, for `send`
  std::filesystem::path output = {};  ///< a file in place of the pipe for standard output
};

struct Finished {
  int code = -1;  ///< of the exit; 128 + signal where one ended the process, as shells have it
  std::string out, err;
};

/// For messages of failed tests.
void PrintTo(const Finished& finished, std::ostream* stream);

/// The binary under test, running.
class Process {
 public:
  /// Throws `std::system_error` where the process cannot be started.
  explicit Process(const Command& command);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void signal(int number) const;

  /// Reads until standard error holds the text; a test failure where it ends before.
  void wait_for(const std::string& text);

  /// Writes to standard input, as far as the process takes it.
  void send(const std::string& text);

  /// Closes our end of standard input.
  void end_input();

  /// The next line of standard output, without its end; a test failure where it ends before.
  std::string receive_line();

  /// Closes our ends of both pipes: what is written from now on has no reader.
  void stop_reading();

  /// Reads to the end and waits. A process that takes more than 120 s in all is killed, which is a test failure.
  Finished finish();

 private:
  bool read_some();
  void give_up();

  pid_t id_ = -1;
  int in_ = -1, out_ = -1, err_ = -1;
  std::size_t received_ = 0;  ///< of standard output, by `receive_line`
  double deadline_ = 0;
  Finished finished_;
};

/// Runs the binary to its end.
Finished run_command(const Command& command);
Finished pegbox(std::vector<std::string> arguments);

}  // namespace pegbox
