#pragma once

namespace bench
{

// As many open files and sockets as the system grants this process. Ends it when that can't be had.
void raise_descriptor_limit();

}  // namespace bench
