/* OpenGL 1: draws a triangle, reads it back. */
#include <stdio.h>
#include <windows.h>
#include <GL/gl.h>

int main(void) {
    WNDCLASSA class = {0};
    class.lpfnWndProc = DefWindowProcA;
    class.lpszClassName = "opengl";
    RegisterClassA(&class);
    HWND window = CreateWindowA("opengl", "opengl", WS_POPUP | WS_VISIBLE, 0, 0, 64, 64, NULL, NULL, NULL,
                                NULL);
    HDC dc = GetDC(window);
    PIXELFORMATDESCRIPTOR format = {sizeof format, 1,
                                    PFD_DRAW_TO_WINDOW | PFD_SUPPORT_OPENGL | PFD_DOUBLEBUFFER,
                                    PFD_TYPE_RGBA, 24};
    SetPixelFormat(dc, ChoosePixelFormat(dc, &format), &format);
    HGLRC context = wglCreateContext(dc);
    unsigned char pixel[4] = {0};
    if (context == NULL || !wglMakeCurrent(dc, context)) {
        printf("no_context=%lu\n", GetLastError());
        return 3;
    }
    glViewport(0, 0, 64, 64);
    glClearColor(0, 0, 1, 1);
    glClear(GL_COLOR_BUFFER_BIT);
    glColor3f(1, 0, 0);
    glBegin(GL_TRIANGLES);
    glVertex2f(-1, -1);
    glVertex2f(3, -1);
    glVertex2f(-1, 3);
    glEnd();
    glReadPixels(32, 32, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, pixel);
    printf("version=%s\npixel=%u,%u,%u\n", glGetString(GL_VERSION), pixel[0], pixel[1], pixel[2]);
    return pixel[0] == 255 && pixel[2] == 0 ? 0 : 1;
}
