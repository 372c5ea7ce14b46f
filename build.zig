//! Builds one linker from the C tree that the generator emitted: all .c and .S files of `source` into a
//! static library, and that into a shared object. Knows nothing of glibc: which files there are, the
//! version script and the names come in as options, from codegen/toolchain.ts.

const std = @import("std");

const warnings = [_][]const u8{
    "-Wall",               "-Wextra",              "-Werror", "-Wconversion", "-Wshadow",
    "-Wstrict-prototypes", "-Wmissing-prototypes", "-Wvla",
};

const language = [_][]const u8{
    "-std=gnu11",
    "-ffreestanding",
    "-fno-builtin",
    "-fno-strict-aliasing",
    "-fno-common",
    "-fvisibility=hidden",
    "-Xclang",
    "-fapply-global-visibility-to-externs", // no PLT, and an absent optional function is 0
    "-fno-stack-protector",
    "-fasynchronous-unwind-tables",
    "-ffunction-sections",
    "-fdata-sections",
    "-fdebug-compilation-dir=.",
    "-mstack-alignment=16", // at every call, as code with vectors expects it (i386)
    "-mllvm", // what follows leaves the unwind information wrong between two instructions
    "-no-x86-call-frame-opt",
};

const link = [_][]const u8{
    "ld.lld",
    "-shared",
    "-Bsymbolic",
    "--no-undefined",
    "--eh-frame-hdr",
    "--hash-style=both",
    "--build-id=sha1",
    "--gc-sections",
    "--fatal-warnings",
    "-z",
    "relro",
    "-z",
    "now",
    "-z",
    "separate-code",
    "-z",
    "noexecstack",
    "-z",
    "text",
    "-e",
    "_start",
};

pub fn build(b: *std.Build) !void {
    const source = b.option([]const u8, "source", "the emitted tree: runtime/ and generated/") orelse
        return error.NoSource;
    const triple = b.option([]const u8, "triple", "zig target triple") orelse return error.NoTriple;
    const cpu = b.option([]const u8, "cpu", "CPU model") orelse return error.NoCpu;
    const soname = b.option([]const u8, "soname", "SONAME and file name") orelse return error.NoSoname;

    const optimize = b.option(std.builtin.OptimizeMode, "optimize", "Debug for a debugger") orelse
        .ReleaseFast;

    const library = try compile(b, source, triple, cpu, optimize);
    const linked = linkShared(b, library, source, soname);
    install(b, linked, soname);
}

/// All C and assembly files, without floating point and without compiler-rt.
fn compile(
    b: *std.Build,
    source: []const u8,
    triple: []const u8,
    cpu: []const u8,
    optimize: std.builtin.OptimizeMode,
) !*std.Build.Step.Compile {
    const library = b.addStaticLibrary(.{
        .name = "wine-ld",
        .target = withoutFloatingPoint(try std.zig.CrossTarget.parse(.{
            .arch_os_abi = triple,
            .cpu_features = cpu,
        })),
        .optimize = optimize,
    });
    library.strip = false;
    library.force_pic = true;
    library.bundle_compiler_rt = false;
    library.disable_stack_probing = true;
    library.omit_frame_pointer = true;

    const map = b.fmt("-ffile-prefix-map={s}=.", .{b.pathFromRoot(".")});
    const flags = warnings ++ language ++ [_][]const u8{map};
    library.addCSourceFiles(.{ .files = try sourceFiles(b, source), .flags = &flags });
    for ([_][]const u8{ "generated", "runtime" }) |folder| {
        library.addIncludePath(.{ .path = b.pathJoin(&.{ source, folder }) });
    }
    return library;
}

/// The vector and x87 registers belong to the program: a lazily bound call must not lose its arguments.
fn withoutFloatingPoint(target: std.zig.CrossTarget) std.zig.CrossTarget {
    const Feature = std.Target.x86.Feature;
    var result = target;
    for ([_]Feature{ .x87, .mmx, .sse, .sse2, .avx, .avx2, .avx512f }) |feature| {
        result.cpu_features_sub.addFeature(@intFromEnum(feature));
    }
    result.cpu_features_add.addFeature(@intFromEnum(Feature.soft_float));
    return result;
}

/// Every .c and .S below `source`, sorted by name and then by folder: the result depends neither on the file
/// system nor on the folder that a file lies in.
fn sourceFiles(b: *std.Build, source: []const u8) ![]const []const u8 {
    var files = std.ArrayList([]const u8).init(b.allocator);
    var dir = try std.fs.cwd().openIterableDir(b.pathFromRoot(source), .{});
    defer dir.close();
    var walker = try dir.walk(b.allocator);
    defer walker.deinit();
    while (try walker.next()) |entry| {
        if (entry.kind != .file) continue;
        const extension = std.fs.path.extension(entry.basename);
        if (std.mem.eql(u8, extension, ".c") or std.mem.eql(u8, extension, ".S")) {
            try files.append(b.pathJoin(&.{ source, entry.path }));
        }
    }
    std.mem.sort([]const u8, files.items, {}, lessThan);
    return files.items;
}

fn lessThan(_: void, a: []const u8, b: []const u8) bool {
    return switch (std.mem.order(u8, std.fs.path.basename(a), std.fs.path.basename(b))) {
        .lt => true,
        .gt => false,
        .eq => std.mem.lessThan(u8, a, b),
    };
}

/// The build API of this Zig cannot set a SONAME, and `zig cc -shared` adds compiler-rt: its ld.lld does.
fn linkShared(
    b: *std.Build,
    library: *std.Build.Step.Compile,
    source: []const u8,
    soname: []const u8,
) std.Build.LazyPath {
    const run = b.addSystemCommand(&[_][]const u8{b.zig_exe} ++ link);
    run.addArgs(&.{ "-soname", soname, "--version-script" });
    run.addFileArg(.{ .path = b.pathJoin(&.{ source, "generated", "exports.map" }) });
    run.addArg("-T");
    run.addFileArg(.{ .path = b.pathFromRoot("data.ld") });
    run.addArg("-o");
    const linked = run.addOutputFileArg(soname);
    run.addArg("--whole-archive");
    run.addFileArg(library.getEmittedBin());
    return linked;
}

/// The stripped linker, and beside it everything that was stripped.
fn install(b: *std.Build, linked: std.Build.LazyPath, soname: []const u8) void {
    const stripped = b.addObjCopy(linked, .{
        .basename = soname,
        .format = .elf,
        .strip = .debug_and_symbols,
        .extract_to_separate_file = true,
    });
    const debug = b.fmt("{s}.debug", .{soname});
    const step = b.getInstallStep();
    step.dependOn(&b.addInstallFile(stripped.getOutput(), soname).step);
    step.dependOn(&b.addInstallFile(stripped.getOutputSeparatedDebug().?, debug).step);
}
