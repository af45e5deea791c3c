#pragma once

#include <string>
#include <string_view>

namespace sluice::cli
{

// Text of elsewhere, such as a file's name or a server's message, as it may stand on a terminal: control characters
// and bytes that are not UTF-8 are spelled out (\n, \x1b), so that nothing moves the cursor or begins another line.
std::string printable(std::string_view text);

// Columns that printable text takes on a terminal; the scripts of East Asia and emoji count twice.
std::size_t columns_of(std::string_view text);

// Its end, in at most `columns` columns, with "..." for what was left out in front: names differ at their end.
std::string shortened(std::string_view text, std::size_t columns);

}  // namespace sluice::cli
