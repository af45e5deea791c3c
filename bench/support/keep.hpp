#pragma once

namespace bench
{

// Makes the compiler believe that `value` is looked at, and that memory may have changed: work is neither dropped nor
// moved out of the loop that times it.
template <class T>
void keep(T const& value)
{
    asm volatile("" : : "r"(&value) : "memory");
}

}  // namespace bench
