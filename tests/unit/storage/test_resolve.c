// SPDX-License-Identifier: Apache-2.0
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "base/utf16.h"
#include "share_fixture.h"

static struct nt_status decode(struct fixture *f, const char *text, struct smb_path *out)
{
	struct span wide = utf16_from_utf8(&f->arena, text);
	assert_true(wide.data != NULL || text[0] == '\0');
	return smb_path_decode(&f->arena, wide, out);
}

static void decodes_names(void **state)
{
	struct fixture *f = *state;
	struct smb_path p;
	assert_true(nt_status_ok(decode(f, "", &p)));
	assert_string_equal(p.path, "");
	assert_true(nt_status_ok(decode(f, "a\\b c\\\xC3\xA4.txt", &p)));
	assert_string_equal(p.path, "a/b c/\xC3\xA4.txt");
	assert_null(p.stream);
	assert_false(p.trailing_separator);
	assert_true(nt_status_ok(decode(f, "dir\\", &p)));
	assert_string_equal(p.path, "dir");
	assert_true(p.trailing_separator);
	assert_true(nt_status_ok(decode(f, "f:s:$DATA", &p)));
	assert_string_equal(p.path, "f");
	assert_string_equal(p.stream, "s");
}

static void refuses_bad_names(void **state)
{
	struct fixture *f = *state;
	struct smb_path p;
	const struct {
		const char *text;
		struct nt_status status;
	} bad[] = {
		{ "\\a", STATUS(INVALID_PARAMETER) },
		{ "..\\a", STATUS(OBJECT_PATH_SYNTAX_BAD) },
		{ "a\\..\\..\\b", STATUS(OBJECT_PATH_SYNTAX_BAD) },
		{ "a\\.\\b", STATUS(OBJECT_NAME_INVALID) },
		{ "a/b", STATUS(OBJECT_NAME_INVALID) },
		{ "a\\\\b", STATUS(OBJECT_NAME_INVALID) },
		{ "a*", STATUS(OBJECT_NAME_INVALID) },
		{ "a|b", STATUS(OBJECT_NAME_INVALID) },
		{ "a\x1f", STATUS(OBJECT_NAME_INVALID) },
		{ "f:", STATUS(OBJECT_NAME_INVALID) },
		{ "d:s\\f", STATUS(OBJECT_NAME_INVALID) },
	};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(decode(f, bad[i].text, &p).code, bad[i].status.code);
	const uint8_t odd[3] = { 'a', 0, 'b' }, nul[4] = { 'a', 0, 0, 0 };
	assert_int_equal(
		smb_path_decode(&f->arena, span_make(odd, 3), &p).code, STATUS(OBJECT_NAME_INVALID).code);
	assert_int_equal(
		smb_path_decode(&f->arena, span_make(nul, 4), &p).code, STATUS(OBJECT_NAME_INVALID).code);
}

static void refuses_what_the_kernel_cannot_take(void **state)
{
	struct fixture *f = *state;
	struct smb_path p;
	char text[5001];
	memset(text, 'a', 5000);
	text[5000] = '\0';
	for (size_t i = 100; i < 5000; i += 101)
		text[i] = '\\';
	assert_int_equal(decode(f, text, &p).code, STATUS(OBJECT_NAME_INVALID).code);
	for (char *c = text; *c != '\0'; c++)
		*c = *c == '\\' ? '/' : *c;
	assert_refused(f, text, "STATUS_OBJECT_NAME_INVALID");
	text[4000] = '\0';
	assert_refused(f, text, "STATUS_OBJECT_PATH_NOT_FOUND");
}

static void finds_the_root(void **state)
{
	struct fixture *f = *state;
	struct resolved r;
	resolve_ok(f, "", &r);
	assert_true(r.exists && r.is_root);
	assert_true(S_ISDIR(r.stat.stx_mode));
	assert_true(node_id_equal(r.entry, share_root_node_id(f->root)));
	resolved_done(&r);
}

static void finds_files_and_their_parents(void **state)
{
	struct fixture *f = *state;
	struct resolved r, d;
	make_dir(f->share, "dir");
	make_file(f->share, "dir/file", "12345");
	resolve_ok(f, "dir/file", &r);
	resolve_ok(f, "dir", &d);
	assert_true(r.exists && !r.is_root && !r.is_link);
	assert_true(r.stat.stx_size == 5);
	assert_true((r.stat.stx_mask & STATX_BTIME) != 0 || !share_root_has_birth_time(f->root));
	assert_true(node_id_equal(r.parent, d.entry));
	assert_true(node_id_equal(r.entry, node_id_of(&r.stat)));
	resolved_done(&r);
	resolved_done(&d);
	assert_missing(f, "dir/none");
	assert_missing(f, "none");
	assert_refused(f, "none/file", "STATUS_OBJECT_PATH_NOT_FOUND");
	assert_refused(f, "dir/file/x", "STATUS_OBJECT_PATH_NOT_FOUND");
	assert_refused(f, "DIR/FILE/x", "STATUS_OBJECT_PATH_NOT_FOUND");
	assert_refused(f, "DIR/none/x/y", "STATUS_OBJECT_PATH_NOT_FOUND");
}

static void finds_names_in_any_case(void **state)
{
	struct fixture *f = *state;
	make_dir(f->share, "Straße");
	make_dir(f->share, "Straße/ΑΒΓ");
	make_file(f->share, "Straße/ΑΒΓ/Ünïcode.TXT", "x");
	assert_found(f, "STRAßE/αβγ/üNÏCODE.txt", "Straße/ΑΒΓ/Ünïcode.TXT");
	assert_found(f, "Straße/αβγ", "Straße/ΑΒΓ");
	assert_missing(f, "strasse"); // one sharp s is not two: no letter becomes several on Windows
	struct resolved r;
	resolve_ok(f, "straße/αβγ/New", &r);
	assert_false(r.exists);
	assert_string_equal(r.path, "Straße/ΑΒΓ/New");
	assert_string_equal(r.asked, "New");
	resolved_done(&r);
}

static void finds_names_beyond_the_bmp_exactly(void **state)
{
	struct fixture *f = *state;
	make_file(f->share, "\xF0\x9F\x98\x80 Smile", "x");
	make_file(
		f->share, "\xF0\x90\x90\x80", "x"); // U+10400, whose lower case U+10428 Windows does not know
	assert_found(f, "\xF0\x9F\x98\x80 smile", "\xF0\x9F\x98\x80 Smile");
	assert_found(f, "\xF0\x90\x90\x80", "\xF0\x90\x90\x80");
	assert_missing(f, "\xF0\x90\x90\xA8");
	make_file(f->share, "lone \xED\xA0\x80", "x"); // a lone surrogate, as Windows allows
	assert_found(f, "LONE \xED\xA0\x80", "lone \xED\xA0\x80");
}

static void prefers_the_exact_case_then_byte_order(void **state)
{
	struct fixture *f = *state;
	make_file(f->share, "name", "");
	make_file(f->share, "NAME", "");
	make_file(f->share, "Name", "");
	assert_found(f, "Name", "Name");
	assert_found(f, "name", "name");
	assert_found(f, "nAME", "NAME");
	assert_int_equal(unlink(below(f->share, "NAME")), 0);
	assert_found(f, "NAME", "Name");
}

static void follows_links_inside(void **state)
{
	struct fixture *f = *state;
	struct resolved r;
	make_dir(f->share, "a");
	make_dir(f->share, "b");
	make_file(f->share, "b/target", "12");
	make_link(f->share, "a/Link", "../b/target");
	make_link(f->share, "a/ToDir", "../b");
	resolve_ok(f, "a/Link", &r);
	assert_true(r.exists && r.is_link);
	assert_true(S_ISREG(r.stat.stx_mode) && r.stat.stx_size == 2);
	assert_false(node_id_equal(r.entry, node_id_of(&r.stat)));
	resolved_done(&r);
	assert_found(f, "A/link", "a/Link");
	assert_found(f, "A/todir/TARGET", "a/ToDir/target");
	assert_found(f, "a/ToDir/target", "a/ToDir/target");
}

static void refuses_links_that_lead_nowhere_good(void **state)
{
	struct fixture *f = *state;
	make_dir(f->share, "dir");
	make_link(f->share, "absolute", below(f->outside, "secret"));
	make_link(f->share, "relative", "../outside/secret");
	make_link(f->share, "dir/Climb", "../../outside");
	make_link(f->share, "loop", "pool");
	make_link(f->share, "pool", "loop");
	make_link(f->share, "self", "self");
	make_link(f->share, "dangling", "nothing");
	make_link(f->share, "proc", "/proc/self/fd/0");
	// An absolute path, even to the inside, would mean another place in another mount namespace.
	make_link(f->share, "inside", below(f->share, "dir"));
	const char *denied[] = { "absolute", "relative", "dir/Climb", "dir/climb/secret", "dir/Climb/secret",
		"loop", "LOOP", "self", "self/x", "proc", "inside", "..", "dir/../../outside/secret" };
	for (size_t i = 0; i < ARRAY_LEN(denied); i++)
		assert_refused(f, denied[i], "STATUS_ACCESS_DENIED");
	assert_refused(f, "dangling", "STATUS_OBJECT_NAME_NOT_FOUND");
	assert_refused(f, "DANGLING", "STATUS_OBJECT_NAME_NOT_FOUND");
	assert_refused(f, "dangling/x", "STATUS_OBJECT_PATH_NOT_FOUND");
}

static void refuses_special_files(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(mkfifo(below(f->share, "fifo"), 0666), 0);
	make_link(f->share, "tofifo", "fifo");
	assert_int_equal(mknod(below(f->share, "socket"), S_IFSOCK | 0666, 0), 0);
	assert_refused(f, "fifo", "STATUS_ACCESS_DENIED");
	assert_refused(f, "FIFO", "STATUS_ACCESS_DENIED");
	assert_refused(f, "tofifo", "STATUS_ACCESS_DENIED");
	assert_refused(f, "socket", "STATUS_ACCESS_DENIED");
	assert_refused(f, "fifo/x", "STATUS_OBJECT_PATH_NOT_FOUND");
}

static void refuses_devices(void **state)
{
	struct fixture *f = *state;
	if (mknod(below(f->share, "null"), S_IFCHR | 0666, makedev(1, 3)) < 0) {
		print_message("# device nodes cannot be made here: not tested\n");
		skip();
	}
	assert_refused(f, "null", "STATUS_ACCESS_DENIED");
	assert_refused(f, "NULL", "STATUS_ACCESS_DENIED");
}

// Without permission to wait the answer is either the same or "ask again".
static void never_answers_wrongly_without_waiting(void **state)
{
	struct fixture *f = *state;
	struct resolved r;
	struct nt_status status;
	make_dir(f->share, "dir");
	make_file(f->share, "dir/File", "x");
	for (int warm = 0; warm < 2; warm++) {
		const char *paths[] = { "dir/File", "DIR/file", "dir/none" };
		for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
			r = RESOLVED_EMPTY;
			int rc = resolve_path(f->root, paths[i], false, &f->arena, &r, &status);
			if (rc == 0) {
				assert_true(nt_status_ok(status));
				assert_int_equal(r.exists, i < 2);
				resolved_done(&r);
				continue;
			}
			assert_int_equal(rc, -EAGAIN);
			assert_true(warm == 0); // once somebody waited, it is known, missing names too
			resolve_ok(f, paths[i], &r);
			resolved_done(&r);
		}
	}
}

// In a child without the super-user's rights; the share is made so that it may not look in.
static int resolve_as_nobody(struct fixture *f)
{
	struct resolved r = RESOLVED_EMPTY;
	struct nt_status status;
	if (setgid(65534) < 0 || setuid(65534) < 0)
		return 2;
	if (resolve_path(f->root, "closed/file", true, &f->arena, &r, &status) != 0 ||
		status.code != STATUS(ACCESS_DENIED).code)
		return 3;
	// May be passed through but not read: names are found exactly, and no others.
	if (resolve_path(f->root, "dark/file", true, &f->arena, &r, &status) != 0 || !nt_status_ok(status))
		return 4;
	resolved_done(&r);
	// It may be searched and not listed: nobody can say that "file" is what is meant.
	if (resolve_path(f->root, "dark/FILE", true, &f->arena, &r, &status) != 0 || !nt_status_ok(status) ||
		r.exists)
		return 5;
	resolved_done(&r);
	return 0;
}

static void without_permission_it_is_access_denied(void **state)
{
	struct fixture *f = *state;
	int result = 0;
	if (geteuid() != 0) {
		print_message("# only the super-user can become somebody else: not tested\n");
		skip();
	}
	make_dir(f->share, "closed");
	make_file(f->share, "closed/file", "x");
	make_dir(f->share, "dark");
	make_file(f->share, "dark/file", "x");
	assert_int_equal(chmod(below(f->share, "closed"), 0700), 0);
	assert_int_equal(chmod(below(f->share, "dark"), 0711), 0);
	pid_t child = fork();
	if (child == 0)
		_exit(resolve_as_nobody(f));
	assert_int_equal(waitpid(child, &result, 0), child);
	assert_true(WIFEXITED(result));
	assert_int_equal(WEXITSTATUS(result), 0);
}

static size_t open_descriptors(void)
{
	size_t n = 0;
	for (int fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void leaves_no_descriptor_open(void **state)
{
	struct fixture *f = *state;
	struct resolved r;
	make_dir(f->share, "Dir");
	make_file(f->share, "Dir/file", "x");
	make_link(f->share, "out", "/etc");
	make_link(f->share, "dangling", "x/y");
	assert_found(f, "DIR/FILE", "Dir/file");
	size_t before = open_descriptors();
	const char *paths[] = { "", "Dir", "dir", "DIR/FILE", "dir/none", "out", "OUT/passwd", "dangling",
		"none/x", "Dir/file/x", "dir/file/x", ".." };
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		(void)resolve(f, paths[i], &r);
		resolved_done(&r);
	}
	assert_int_equal(open_descriptors(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_IN_SHARE(decodes_names),
		TEST_IN_SHARE(refuses_bad_names),
		TEST_IN_SHARE(refuses_what_the_kernel_cannot_take),
		TEST_IN_SHARE(finds_the_root),
		TEST_IN_SHARE(finds_files_and_their_parents),
		TEST_IN_SHARE(finds_names_in_any_case),
		TEST_IN_SHARE(finds_names_beyond_the_bmp_exactly),
		TEST_IN_SHARE(prefers_the_exact_case_then_byte_order),
		TEST_IN_SHARE(follows_links_inside),
		TEST_IN_SHARE(refuses_links_that_lead_nowhere_good),
		TEST_IN_SHARE(refuses_special_files),
		TEST_IN_SHARE(refuses_devices),
		TEST_IN_SHARE(never_answers_wrongly_without_waiting),
		TEST_IN_SHARE(without_permission_it_is_access_denied),
		TEST_IN_SHARE(leaves_no_descriptor_open),
	};
	return RUN_TESTS(tests);
}
