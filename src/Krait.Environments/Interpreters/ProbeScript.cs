namespace Krait.Environments.Interpreters;

/// <summary>
/// The program that an interpreter runs once to describe itself: isolated, without `site`, so that nothing of the environment that is
/// asked about is executed. It prints one JSON object. Understood by Python 3.6 and later; older ones fail before they read it.
/// </summary>
internal static class ProbeScript
{
    /// <summary>Stands for the folder of an environment in the paths of the `venv` scheme.</summary>
    public const string Root = "@ROOT@";

    /// <summary>Stands for the user's own folder for Python packages in the paths of the user scheme.</summary>
    public const string UserRoot = "@USER@";

    /// <summary>The program's text.</summary>
    public const string Text = """
        import json, os, platform, site, sys, sysconfig


        def scheme_of(kind):
            chosen = getattr(sysconfig, "get_preferred_scheme", None) or getattr(
                sysconfig, "_get_preferred_schemes", None
            )
            if getattr(sysconfig, "get_preferred_scheme", None):
                return sysconfig.get_preferred_scheme(kind)
            if chosen:
                return chosen()[kind]
            if kind == "user":
                return "osx_framework_user" if sysconfig.get_config_var("PYTHONFRAMEWORK") else os.name + "_user"
            if "PyPy" in sys.version and sys.version_info < (3, 8):
                return "pypy"
            return "posix_prefix" if os.name == "posix" else os.name


        def paths(scheme, variables=None):
            found = sysconfig.get_paths(scheme, vars=variables)
            return {key: found.get(key) for key in ("purelib", "platlib", "scripts", "data", "include")}


        def system_paths():
            # Debian and Ubuntu said where packages go in distutils, not in sysconfig, before Python 3.10.
            if sys.version_info < (3, 10) and sys.prefix == sys.base_prefix:
                try:
                    from distutils.dist import Distribution

                    command = Distribution({"name": "name"}).get_command_obj("install", create=True)
                    command.finalize_options()
                    return {
                        "purelib": command.install_purelib,
                        "platlib": command.install_platlib,
                        "scripts": command.install_scripts,
                        "data": command.install_data,
                        "include": os.path.dirname(command.install_headers),
                    }
                except Exception:
                    pass
            return paths(scheme_of("prefix"))


        def venv_paths():
            names = sysconfig.get_scheme_names()
            if "venv" in names:
                scheme = "venv"
            elif "PyPy" in sys.version and "pypy" in names and sys.version_info < (3, 8):
                scheme = "pypy"
            else:
                scheme = "posix_prefix" if os.name == "posix" else os.name
            root = "@ROOT@"
            variables = {
                "base": root,
                "platbase": root,
                "installed_base": root,
                "installed_platbase": root,
            }
            found = paths(scheme, variables)
            if "include" in found:
                found["include"] = root + "/include/site/python%d.%d" % sys.version_info[:2]
            return found


        def libc():
            if not sys.platform.startswith("linux"):
                return None
            try:
                name, version = os.confstr("CS_GNU_LIBC_VERSION").split()
                if name == "glibc":
                    return [name, version]
            except (AttributeError, OSError, ValueError):
                pass
            return musl()


        def musl():
            import struct

            try:
                with open(sys.executable, "rb") as file:
                    ident = file.read(16)
                    wide = ident[4] == 2
                    order = "<" if ident[5] == 1 else ">"
                    layout = order + ("HHIQQQIHHH" if wide else "HHIIIIIHHH")
                    header = struct.unpack(layout, file.read(struct.calcsize(layout)))
                    start, size, count = header[4], header[8], header[9]
                    for index in range(count):
                        file.seek(start + size * index)
                        part = order + ("IIQQQQ" if wide else "IIIII")
                        fields = struct.unpack(part, file.read(struct.calcsize(part)))
                        if fields[0] != 3:
                            continue
                        offset, length = (fields[2], fields[5]) if wide else (fields[1], fields[4])
                        file.seek(offset)
                        loader = os.fsdecode(file.read(length)).strip("\0")
                        if "musl" not in loader:
                            return None
                        import subprocess

                        ran = subprocess.Popen([loader], stderr=subprocess.PIPE, universal_newlines=True)
                        for line in ran.communicate()[1].splitlines():
                            if line.startswith("Version "):
                                return ["musl", line.split()[1]]
            except (OSError, IndexError, struct.error, ValueError):
                pass
            return None


        def user_paths():
            try:
                return paths(scheme_of("user"), {"userbase": "@USER@"})
            except (KeyError, TypeError):
                return None


        info = sys.implementation.version
        implementation_version = "%d.%d.%d" % (info.major, info.minor, info.micro)
        if info.releaselevel != "final":
            implementation_version += info.releaselevel[0] + str(info.serial)
        config = sysconfig.get_config_vars()
        print(
            json.dumps(
                {
                    "version_info": list(sys.version_info),
                    "markers": {
                        "implementation_name": sys.implementation.name,
                        "implementation_version": implementation_version,
                        "os_name": os.name,
                        "platform_machine": platform.machine(),
                        "platform_python_implementation": platform.python_implementation(),
                        "platform_release": platform.release(),
                        "platform_system": platform.system(),
                        "platform_version": platform.version(),
                        "python_full_version": platform.python_version(),
                        "python_version": ".".join(platform.python_version_tuple()[:2]),
                        "sys_platform": sys.platform,
                    },
                    "build": sys.version,
                    "executable": sys.executable,
                    "prefix": sys.prefix,
                    "base_prefix": sys.base_prefix,
                    "site_packages": site.getsitepackages([sys.prefix, sys.exec_prefix]),
                    "stdlib": sysconfig.get_path("stdlib"),
                    "venv": venv_paths(),
                    "system": system_paths(),
                    "user": user_paths(),
                    "cache_tag": sys.implementation.cache_tag,
                    "soabi": config.get("SOABI"),
                    "ext_suffix": config.get("EXT_SUFFIX"),
                    "abi_flags": getattr(sys, "abiflags", ""),
                    "gil_disabled": bool(config.get("Py_GIL_DISABLED")),
                    "debug": bool(config.get("Py_DEBUG")) or hasattr(sys, "gettotalrefcount"),
                    "pointer_size": 8 if sys.maxsize > 2**32 else 4,
                    "platform": sysconfig.get_platform(),
                    "mac_version": platform.mac_ver()[0],
                    "libc": libc(),
                }
            )
        )
        """;
}
