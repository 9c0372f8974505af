#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <pegbox/trial.hpp>

namespace pegbox {

/// Shows a running study on standard error: one line for each trial that stopped, and on a terminal a last line that
/// is written over, with what runs, the best value and the time left.
class Progress {
 public:
  enum class Style { none, lines, terminal };

  /// `trials`: the study's limit, if it has one.
  Progress(Style style, std::vector<Objective> objectives, std::optional<int> trials, Budget epochs);
  ~Progress();

  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void recalled(const Trial& trial);
  void begun(const Trial& trial);
  void reported(const Trial& trial, const Report& report);
  void stopped(const Trial& trial);

  /// A line of its own, shown in every style.
  void note(const std::string& text);

 private:
  using Clock = std::chrono::steady_clock;

  void count(const Trial& trial);
  void print_line(const Trial& trial);
  void draw();
  void erase();
  std::string status() const;
  std::string bar(std::size_t room) const;

  Style style_;
  std::vector<Objective> objectives_;
  std::optional<int> trials_;
  Budget epochs_;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point drawn_;
  std::map<int, Budget> running_;  ///< epochs reached, by trial
  int ended_ = 0;
  int recalled_ = 0;  ///< of the ended ones; they took no time in this run
  int failed_ = 0;
  std::optional<Trial> best_;
};

/// A terminal is written over only where that works: not with TERM=dumb, not into a file or pipe.
Progress::Style progress_style(bool quiet);

}  // namespace pegbox
