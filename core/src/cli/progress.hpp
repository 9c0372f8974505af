#pragma once

#include <chrono>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <unistd.h>
#include <vector>

#include <pegbox/trial.hpp>

#include "terminal.hpp"
#include "tuner/study_listener.hpp"

namespace pegbox {

/// Shows a running study on standard error: one line for each trial that stopped, and on a terminal last lines that are
/// written over: how many trials are in which state, the best value, how fast it goes and how long it will take, and
/// what each worker does as far as there is room.
class Progress final : public StudyListener {
 public:
  enum class Style { none, lines, terminal };

  /// `trials`: the study's limit, if it has one.
  Progress(Style style, std::vector<Objective> objectives, std::optional<int> trials, Budget epochs);
  ~Progress() override;
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void recalled(const Trial& trial) override;
  void begun(const Trial& trial) override;
  void reported(const Trial& trial, const Report& report) override;
  void stopped(const Trial& trial) override;

  /// A line of its own, shown in every style.
  void note(const std::string& text) override;

 private:
  using Clock = std::chrono::steady_clock;

  /// A trial that a worker has.
  struct Running {
    Budget epoch, until;
    std::string values = {};  ///< of its last report
  };

  bool count(const Trial& trial);
  void print(const std::string& line);
  void draw();
  void draw_if_due();
  std::string trial_line(const Trial& trial, bool improved) const;
  std::string counts() const;
  std::string pace() const;
  std::string worker(int trial, const Running& running) const;
  std::string bar(std::size_t room) const;
  std::vector<std::string> lines() const;
  double elapsed() const;
  int ended() const;

  Style style_;
  std::vector<Objective> objectives_;
  std::optional<int> trials_;
  Budget epochs_;
  Terminal terminal_{STDERR_FILENO};
  Frame frame_{std::cerr, terminal_};
  bool coloured_ = terminal_.coloured();
  Clock::time_point begin_ = Clock::now();
  Clock::time_point shown_ = begin_;
  std::map<int, Running> running_;
  std::map<State, int> counts_;  ///< of those that ended
  int recalled_ = 0;             ///< of the ended ones; they took no time in this run
  std::optional<Trial> best_;
};

Progress::Style progress_style(bool quiet);

}  // namespace pegbox
