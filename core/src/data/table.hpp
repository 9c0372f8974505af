#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "inputs.hpp"

namespace pegbox {

/// Rows of numbers, and what is to be said of each.
struct Part {
  std::size_t rows = 0;
  Inputs inputs = {};                ///< rows × numbers of a row; NaN where a value is missing
  std::vector<double> targets = {};  ///< rows × outputs; one class number for each row where there are classes
  std::size_t dropped = 0;           ///< rows that were left out, since they lack values
};

/// How a column of a file became inputs.
struct ColumnEncoding {
  std::string name;
  std::vector<std::string> levels = {};  ///< of a column of texts, by name: each became an input that is 1 in the rows
                                         ///< that have it and 0 in the others; the level '' is that of the rows
                                         ///< without a value. Empty: a column of numbers, which is an input as it is
  bool missing = false;                  ///< some rows to learn from have no value
  std::size_t first = 0;                 ///< position of its first input
  std::size_t count = 1;                 ///< how many inputs it became
};

/// What is done with a row that lacks a value.
enum class Missing {
  refuse,  ///< it is a mistake
  mean,  ///< a number is NaN, for the trainer to put the mean of the training part there; a text is a level of its own
  drop   ///< the row is left out
};

/// What a target is taken for.
enum class WantedTask { found, classification, regression };

/// A data set as it was read: rows to learn from, and those that it keeps for the test of what was learned.
struct Table {
  Part train;
  Part test;                              ///< without rows where the data set has no such part
  std::vector<std::int64_t> shape;        ///< of one row's inputs; its sizes multiply to the numbers of a row
  std::vector<std::string> columns;       ///< names of the inputs, where they have names
  std::vector<std::string> classes;       ///< names of the classes; empty: regression
  std::vector<std::string> targets;       ///< names of what is to be predicted, where it has names
  std::size_t outputs = 1;                ///< values to predict for a row; 1 where there are classes
  std::vector<std::int64_t> groups;       ///< of the rows to learn from: rows of one number stay together; or empty
  std::vector<ColumnEncoding> encodings;  ///< of the columns of a CSV file, in its order
  Missing missing = Missing::refuse;

  std::size_t rows() const { return train.rows; }
  bool classification() const { return !classes.empty(); }
};

}  // namespace pegbox
