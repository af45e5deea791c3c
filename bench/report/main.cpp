// Tells what the programs of the suite have measured: as a table, and as a page with pictures.

#include "report/chart.hpp"
#include "report/document.hpp"
#include "report/result.hpp"
#include "report/table.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

namespace fs = std::filesystem;

struct arguments
{
    std::vector<char const*> inputs;
    fs::path document;  // empty: none
};

[[noreturn]] void end_with_usage()
{
    std::fprintf(stderr, "usage: bench-report [--document FILE.md] RESULTS.jsonl...\n");
    std::exit(2);
}

arguments read_arguments(int argc, char const* const* argv)
{
    arguments a;
    for (int i = 1; i < argc; ++i)
    {
        if (std::strcmp(argv[i], "--document") == 0 && i + 1 < argc)
            a.document = argv[++i];
        else if (argv[i][0] == '-')
            end_with_usage();
        else
            a.inputs.push_back(argv[i]);
    }
    if (a.inputs.empty())
        end_with_usage();
    return a;
}

std::string read_file(char const* name)
{
    std::ifstream in(name, std::ios::binary);
    if (!in)
        throw std::runtime_error(std::string("cannot read ") + name);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(fs::path const& name, std::string const& text)
{
    std::ofstream out(name, std::ios::binary);
    if (!(out << text).flush())
        throw std::runtime_error("cannot write " + name.string());
}

// docs/benchmarks.md has its pictures in docs/benchmarks.
void write_document(fs::path const& file, std::vector<bench_report::result> const& results)
{
    auto const folder = fs::path(file).replace_extension();
    auto const document = bench_report::make_document(results, folder.filename().string());
    fs::create_directories(folder);
    for (auto const& picture : document.pictures)
        write_file(folder / picture.name, picture.svg);
    write_file(file, document.markdown);
}

void run(arguments const& a)
{
    std::vector<bench_report::result> results;
    for (auto const* const input : a.inputs)
        for (auto& r : bench_report::read_results(read_file(input), input))
            results.push_back(std::move(r));
    std::fputs(bench_report::text_table(bench_report::make_charts(results)).c_str(), stdout);
    if (!a.document.empty())
        write_document(a.document, results);
}

}  // namespace

int main(int argc, char** argv)
{
    try
    {
        run(read_arguments(argc, argv));
    }
    catch (std::exception const& e)
    {
        std::fprintf(stderr, "bench-report: %s\n", e.what());
        return EXIT_FAILURE;
    }
}
