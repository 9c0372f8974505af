#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "form.hpp"
#include "scalar.hpp"

namespace pegbox {

/// The types of the study file's values. `read` throws `StudyError`, with the key and what would be right, for a value
/// that is of another type or out of range; `form` says the same to others.

/// A text; `name` says which: a file, a column.
struct AnyText {
  std::string name = "text";

  std::string read(const Entry& entry) const { return text(entry); }
  Form form() const;
};

/// A text, a number, true or false.
struct AnyValue {
  Value read(const Entry& entry) const { return scalar_value(entry.second); }
  Form form() const;
};

/// One of some words.
struct Words {
  std::vector<std::string> words;

  std::string read(const Entry& entry) const;
  Form form() const;
};

struct WholeNumber {
  std::int64_t low, high;

  std::int64_t read(const Entry& entry) const { return whole_number(entry, low, high); }
  Form form() const;
};

struct AnyNumber {
  double read(const Entry& entry) const { return real_number(entry); }
  Form form() const;
};

/// A part of the data, above 0 and below 1.
struct HeldOut {
  double read(const Entry& entry) const;
  Form form() const;
};

struct TrueOrFalse {
  bool read(const Entry& entry) const { return boolean(entry); }
  Form form() const;
};

/// Seconds, as `duration` reads them.
struct Time {
  double read(const Entry& entry) const;
  Form form() const;
};

/// As `size` reads them.
struct Bytes {
  std::int64_t read(const Entry& entry) const;
  Form form() const;
};

}  // namespace pegbox
