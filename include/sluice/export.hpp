#pragma once

// Marks what the shared library shows; everything else is hidden. Compilers that don't know the attribute ignore it.
#define SLUICE_EXPORT [[gnu::visibility("default")]]
