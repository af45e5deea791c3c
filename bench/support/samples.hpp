#pragma once

#include <vector>

namespace bench
{

// One figure, measured in several rounds.
class samples
{
public:
    void add(double value) { values_.push_back(value); }

    [[nodiscard]] bool empty() const noexcept { return values_.empty(); }
    [[nodiscard]] unsigned size() const noexcept { return static_cast<unsigned>(values_.size()); }
    [[nodiscard]] double median() const;  // none of these three on an empty one
    [[nodiscard]] double min() const;
    [[nodiscard]] double max() const;

private:
    std::vector<double> values_;
};

}  // namespace bench
