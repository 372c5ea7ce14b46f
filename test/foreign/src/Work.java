import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;

/** Garbage in threads, a mapped file, memory outside of the heap, a checksum and a child. */
public class Work {
    static volatile Object sink;

    static long collect(int thread) {
        long sum = 0;
        var kept = new ArrayDeque<byte[]>();
        for (int i = 0; i < 4000; i++) {
            var block = new byte[1 + (i * 37 + thread) % 20000];
            block[0] = (byte) i;
            sum += block[0] + block.length;
            kept.add(block);
            if (kept.size() > 200) kept.poll();
            sink = block;
        }
        return sum;
    }

    static long checksumOfMapped() throws Exception {
        var file = Files.createTempFile("work", ".bin");
        Files.write(file, new byte[1 << 20]);
        try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            for (int i = 0; i < 200; i++) {
                var mapped = channel.map(FileChannel.MapMode.READ_WRITE, (i % 16) * 65536L, 65536);
                mapped.put(0, (byte) i);
            }
        }
        var checksum = new CRC32();
        checksum.update(Files.readAllBytes(file));
        Files.delete(file);
        return checksum.getValue();
    }

    public static void main(String[] arguments) throws Exception {
        var pool = Executors.newFixedThreadPool(8);
        var parts = new ArrayList<Future<Long>>();
        for (int thread = 0; thread < 8; thread++) {
            int number = thread;
            parts.add(pool.submit(() -> collect(number)));
        }
        long sum = 0;
        for (var part : parts) sum += part.get();
        pool.shutdown();
        long checksum = checksumOfMapped();
        var direct = new ByteBuffer[64];
        for (int i = 0; i < direct.length; i++) direct[i] = ByteBuffer.allocateDirect(1 << 20);
        var child = new ProcessBuilder("/bin/echo", "child").start();
        var said = new String(child.getInputStream().readAllBytes()).trim();
        System.out.println(sum + " " + checksum + " " + direct.length + " " + said + " " + child.waitFor());
        if (arguments.length > 0) Thread.sleep(30_000);
    }
}
