#include "option_values.hpp"

#include "hyperparameters.hpp"

namespace pegbox {
namespace {

template <class Type>
Type option(const Params& params, const std::string& name) {
  if (params.has(name)) return params.get<Type>(name);
  static const Params defaults = trainer_options().defaults();
  return defaults.get<Type>(name);
}

}  // namespace

double real_option(const Params& params, const std::string& name) { return option<double>(params, name); }
std::int64_t whole_option(const Params& params, const std::string& name) { return option<std::int64_t>(params, name); }
bool flag_option(const Params& params, const std::string& name) { return option<bool>(params, name); }
std::string text_option(const Params& params, const std::string& name) { return option<std::string>(params, name); }

}  // namespace pegbox
