#include "progress.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "result.hpp"
#include "short_number.hpp"

namespace pegbox {
namespace {

std::string duration_text(double seconds) {
  constexpr long kMinute = 60;
  const long whole = std::lround(seconds);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%ld:%02ld:%02ld", whole / (kMinute * kMinute), whole / kMinute % kMinute,
                whole % kMinute);
  return text.data();
}

std::string tenths(double number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", number);
  return text.data();
}

/// By the unit in which it is a number that one can read.
std::string rate_text(double per_second) {
  constexpr double kMinute = 60;
  if (per_second >= 1) return tenths(per_second) + " trials/s";
  if (per_second * kMinute >= 1) return tenths(per_second * kMinute) + " trials/min";
  return tenths(per_second * kMinute * kMinute) + " trials/h";
}

std::string objective_values(const Report& report, const std::vector<Objective>& objectives) {
  std::string text;
  for (const Objective& objective : objectives) {
    const auto found = report.metrics.find(objective.metric);
    if (found != report.metrics.end()) text += ", " + objective.metric + ' ' + short_number(found->second);
  }
  return text;
}

}  // namespace

Progress::Progress(Style style, std::vector<Objective> objectives, std::optional<int> trials, Budget epochs)
    : style_(style), objectives_(std::move(objectives)), trials_(trials), epochs_(epochs) {}

Progress::~Progress() { frame_.clear(); }

void Progress::begun(const Trial& trial) {
  running_[trial.number] = {trial.epochs(), trial.until};
  // An epoch may take minutes, until when the first ones are all that there is to see.
  if (ended() == recalled_) return draw();
  draw_if_due();
}

void Progress::reported(const Trial& trial, const Report& report) {
  running_[trial.number] = {report.epoch, trial.until, objective_values(report, objectives_)};
  draw_if_due();
}

void Progress::recalled(const Trial& trial) {
  if (trial.state != State::paused) ++recalled_;
  count(trial);
}

/// Whether the trial is the best now.
bool Progress::count(const Trial& trial) {
  if (trial.state != State::paused) ++counts_[trial.state];
  const bool improved = improves(trial, best_ ? &*best_ : nullptr, objectives_.front());
  if (improved) best_ = trial;
  return improved;
}

void Progress::note(const std::string& text) {
  frame_.clear();
  std::cerr << text << '\n';
  draw();
}

void Progress::stopped(const Trial& trial) {
  running_.erase(trial.number);
  const bool improved = count(trial);
  if (style_ == Style::none) return;
  print(trial_line(trial, improved));
}

void Progress::print(const std::string& line) {
  frame_.clear();
  std::cerr << line << '\n';
  shown_ = Clock::now();
  draw();
}

std::string Progress::trial_line(const Trial& trial, bool improved) const {
  std::string line = "trial " + std::to_string(trial.number) + ' ' + std::string(to_string(trial.state));
  if (trial.state == State::failed) line += ": " + trial.error.substr(0, trial.error.find('\n'));
  if (!trial.values.empty()) line += ' ' + values_text(trial, objectives_);
  line += ", " + std::to_string(trial.epochs()) + (trial.epochs() == 1 ? " epoch, " : " epochs, ") +
          tenths(trial.seconds) + " s";
  if (best_) line += "; best " + values_text(*best_, objectives_) + " (trial " + std::to_string(best_->number) + ')';
  if (!coloured_) return line;
  if (improved) return "\033[1;36m" + line + "\033[0m";
  return trial.state == State::failed ? "\033[33m" + line + "\033[0m" : line;
}

double Progress::elapsed() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }

int Progress::ended() const {
  int all = 0;
  for (const auto& [state, count] : counts_) all += count;
  return all;
}

/// `12/50 done (2 pruned, 1 failed), 4 running; best accuracy 0.98 (trial 7)`.
std::string Progress::counts() const {
  std::string text = std::to_string(ended());
  if (trials_) text += '/' + std::to_string(*trials_);
  std::string apart;
  for (const State state : {State::pruned, State::failed}) {
    const auto found = counts_.find(state);
    if (found == counts_.end()) continue;
    apart += (apart.empty() ? "" : ", ") + std::to_string(found->second) + ' ' + std::string(to_string(state));
  }
  text += " done" + (apart.empty() ? "" : " (" + apart + ')') + ", " + std::to_string(running_.size()) + " running";
  if (best_) text += "; best " + values_text(*best_, objectives_) + " (trial " + std::to_string(best_->number) + ')';
  return text;
}

/// `0:00:12 gone, 0:00:30 left, 31.2 trials/min`.
std::string Progress::pace() const {
  const double gone = elapsed();
  const int done = ended() - recalled_;
  std::string text = duration_text(gone) + " gone";
  if (done == 0) return text;
  if (trials_) text += ", " + duration_text(gone / done * std::max(*trials_ - ended(), 0)) + " left";
  return text + ", " + rate_text(done / gone);
}

/// `trial 13: epoch 3 of 27, to reach 9, accuracy 0.95`.
std::string Progress::worker(int trial, const Running& running) const {
  std::string text = "  trial " + std::to_string(trial) + ": epoch " + std::to_string(running.epoch) + " of " +
                     std::to_string(epochs_);
  if (running.until < epochs_) text += ", to reach " + std::to_string(running.until);
  return text + running.values;
}

/// As wide as there is room for, or empty.
std::string Progress::bar(std::size_t room) const {
  constexpr std::size_t kWidest = 20;
  constexpr std::size_t kFrame = 3;
  constexpr std::size_t kLeast = 5;
  if (room < kFrame + kLeast) return {};
  const std::size_t width = std::min(room - kFrame, kWidest);
  double done = ended();
  for (const auto& [trial, running] : running_) {
    done += static_cast<double>(running.epoch) / static_cast<double>(epochs_);
  }
  const auto filled = std::min(width, static_cast<std::size_t>(done / *trials_ * static_cast<double>(width)));
  return '[' + std::string(filled, '=') + std::string(width - filled, ' ') + "] ";
}

std::vector<std::string> Progress::lines() const {
  const std::size_t columns = terminal_.columns() - 1;
  std::string first = counts();
  if (trials_ && first.size() < columns) first = bar(columns - first.size()) + first;
  std::vector<std::string> lines{first, pace()};
  // Half of the screen stays for the trials that have stopped.
  const std::size_t room = terminal_.rows() / 2;
  for (const auto& [trial, running] : running_) {
    if (lines.size() < room) lines.push_back(worker(trial, running));
  }
  if (lines.size() > room) lines.resize(std::max<std::size_t>(room, 1));
  return lines;
}

void Progress::draw() {
  if (style_ != Style::terminal) return;
  frame_.show(lines());
  shown_ = Clock::now();
}

/// Not so often that showing takes time. Where lines cannot be written over, one tells now and then that it goes on.
void Progress::draw_if_due() {
  constexpr auto kRedrawAfter = std::chrono::milliseconds(100);
  constexpr auto kTellAfter = std::chrono::minutes(1);
  const auto since = Clock::now() - shown_;
  if (style_ == Style::terminal && since > kRedrawAfter) draw();
  if (style_ == Style::lines && since > kTellAfter) print(counts() + "; " + pace());
}

Progress::Style progress_style(bool quiet) {
  if (quiet) return Progress::Style::none;
  return Terminal(STDERR_FILENO).writable() ? Progress::Style::terminal : Progress::Style::lines;
}

}  // namespace pegbox
