#include "progress.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string_view>
#include <unistd.h>

#include <sys/ioctl.h>

#include "result.hpp"

namespace pegbox {
namespace {

std::size_t columns() {
  constexpr std::size_t kUnknown = 80;
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUnknown;
  return size.ws_col;
}

std::string duration_text(double seconds) {
  constexpr long kMinute = 60;
  const long whole = std::lround(seconds);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%ld:%02ld:%02ld", whole / (kMinute * kMinute), whole / kMinute % kMinute,
                whole % kMinute);
  return text.data();
}

std::string tenths(double seconds) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", seconds);
  return text.data();
}

}  // namespace

Progress::Progress(Style style, std::vector<Objective> objectives, std::optional<int> trials, Budget epochs)
    : style_(style), objectives_(std::move(objectives)), trials_(trials), epochs_(epochs) {}

Progress::~Progress() { erase(); }

void Progress::begun(const Trial& trial) {
  running_[trial.number] = trial.epochs();
  draw();
}

void Progress::reported(const Trial& trial, const Report& report) {
  constexpr auto kRedrawAfter = std::chrono::milliseconds(100);
  running_[trial.number] = report.epoch;
  if (Clock::now() - drawn_ > kRedrawAfter) draw();
}

void Progress::recalled(const Trial& trial) {
  if (trial.state != State::paused) ++recalled_;
  count(trial);
}

void Progress::count(const Trial& trial) {
  if (trial.state != State::paused) ++ended_;
  if (trial.state == State::failed) ++failed_;
  if (improves(trial, best_ ? &*best_ : nullptr, objectives_.front())) best_ = trial;
}

void Progress::note(const std::string& text) {
  erase();
  std::cerr << text << '\n';
  draw();
}

void Progress::stopped(const Trial& trial) {
  running_.erase(trial.number);
  count(trial);
  if (style_ == Style::none) return;
  erase();
  print_line(trial);
  draw();
}

void Progress::print_line(const Trial& trial) {
  std::string line = "trial " + std::to_string(trial.number) + ' ' + std::string(to_string(trial.state));
  if (trial.state == State::failed) line += ": " + trial.error.substr(0, trial.error.find('\n'));
  if (!trial.values.empty()) line += ' ' + values_text(trial, objectives_);
  line += ", " + std::to_string(trial.epochs()) + (trial.epochs() == 1 ? " epoch, " : " epochs, ") +
          tenths(trial.seconds) + " s";
  if (best_) line += "; best " + values_text(*best_, objectives_) + " (trial " + std::to_string(best_->number) + ')';
  std::cerr << line << '\n';
}

std::string Progress::status() const {
  std::string text = std::to_string(ended_);
  if (trials_) text += '/' + std::to_string(*trials_);
  text += " done, " + std::to_string(running_.size()) + " running";
  if (failed_ > 0) text += ", " + std::to_string(failed_) + " failed";
  if (best_) text += "; best " + values_text(*best_, objectives_);
  const double elapsed = std::chrono::duration<double>(Clock::now() - begin_).count();
  text += "; " + duration_text(elapsed);
  const int done = ended_ - recalled_;
  if (trials_ && done > 0) text += ", " + duration_text(elapsed / done * (*trials_ - ended_)) + " left";
  return text;
}

/// As wide as there is room for, or empty.
std::string Progress::bar(std::size_t room) const {
  constexpr std::size_t kWidest = 20;
  constexpr std::size_t kFrame = 3;
  constexpr std::size_t kLeast = 5;
  if (room < kFrame + kLeast) return {};
  const std::size_t width = std::min(room - kFrame, kWidest);
  double done = ended_;
  for (const auto& [trial, epoch] : running_) done += static_cast<double>(epoch) / static_cast<double>(epochs_);
  const auto filled = std::min(width, static_cast<std::size_t>(done / *trials_ * static_cast<double>(width)));
  return '[' + std::string(filled, '=') + std::string(width - filled, ' ') + "] ";
}

void Progress::draw() {
  if (style_ != Style::terminal) return;
  const std::size_t room = columns() - 1;
  std::string line = status();
  if (trials_ && line.size() < room) line = bar(room - line.size()) + line;
  line.resize(std::min(line.size(), room));
  std::cerr << "\r\033[K" << line << std::flush;
  drawn_ = Clock::now();
}

void Progress::erase() {
  if (style_ == Style::terminal) std::cerr << "\r\033[K" << std::flush;
}

Progress::Style progress_style(bool quiet) {
  if (quiet) return Progress::Style::none;
  const char* term = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe): no thread changes the environment
  const bool writable = term != nullptr && std::string_view(term) != "dumb";
  return isatty(STDERR_FILENO) != 0 && writable ? Progress::Style::terminal : Progress::Style::lines;
}

}  // namespace pegbox
